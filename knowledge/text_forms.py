"""What editors of guidance write, and the pictures that they add."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from files import limits
from files.sniffing.names import extension_of
from knowledge.models import ArticleText
from knowledge.rendering import LONGEST, sanitise, sanitised
from ui.forms import Form, Manners


class TextForm(Manners, forms.ModelForm[ArticleText]):
    """The words of one language. After validation, `notes` says what was changed in them."""

    marks_optional = False  # a draft may lack them; who publishes is told
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST,
        help_text=_(
            "Write HTML: p for a paragraph, h2 to h4 for headings, ul, ol and li for lists, a for a link, table with "
            "caption and th, figure with img and its alt for a picture, and lang on a part in another language. An empty "
            "line begins a new paragraph. What an article may not have is taken away when you save."
        ),
        widget=forms.Textarea(attrs={"rows": 24}),
    )

    class Meta:
        model = ArticleText
        fields = ["title", "summary", "body"]
        help_texts = {"summary": _("One or two sentences: what does the reader get from this article?")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes: list[str] = []
        if self.instance.pk:  # what other hands wrote into the row does not reach the editor either
            self.initial["body"] = sanitise(self.instance.body)

    def clean_body(self) -> str:
        made = sanitised(self.cleaned_data["body"])
        if len(made.html) > LONGEST:
            raise ValidationError(_("The text is too long. Make two articles of it."), code="max_length")
        self.notes = made.notes
        return made.html


class PictureForm(Form):
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "PNG, JPEG or WebP. It is made at most 2,400 pixels wide, and everything but the picture itself, such as "
            "where it was taken, is left out."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{extension}" for extension in limits.PICTURES)}),
        error_messages={"required": _("Choose a picture.")},
    )

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if extension_of(upload.name) not in limits.PICTURES:
            raise ValidationError(_("Choose a picture that is a PNG, a JPEG or a WebP."), code="type")
        return upload
