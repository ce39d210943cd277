"""The field of every form that takes files: it says beforehand what is accepted, and looks into what was chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from files import inspecting, limits
from files.refusals import Refused

said_beforehand = lazy(limits.sentence, str)


class UploadWidget(forms.FileInput):
    """The browser's own chooser, for one file or several. Gives a list either way."""

    def __init__(self, is_multiple: bool) -> None:
        self.allow_multiple_selected = is_multiple
        super().__init__({"accept": limits.ACCEPT})

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> list[UploadedFile[Any]]:
        return files.getlist(name)


class UploadField(forms.FileField):
    """Cleaned to a list of uploads, each looked into and fit for `receiving.receive`; to an empty list when none was chosen.

    What is wrong with a file is an error beside the field, with the file's name where several may be chosen. A browser
    empties the field when the form comes back, so the sentence asks to choose again; everything else stays typed.
    """

    def __init__(self, *, most_files: int = 1, **kwargs: Any) -> None:
        self.most_files = min(most_files, limits.FILES_AT_ONCE)
        kwargs.setdefault("help_text", said_beforehand(self.most_files))
        kwargs.setdefault("widget", UploadWidget(self.most_files > 1))
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Choose a file.")

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # type: ignore[override]
        uploads: list[UploadedFile[Any]] = [upload for upload in data or [] if upload]
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > self.most_files:
            raise ValidationError(
                ngettext("Choose one file.", "Choose at most %(most)s files.", self.most_files),
                code="most",
                params={"most": self.most_files},
            )
        wrong = [error for upload in uploads if (error := self._wrong_with(upload))]
        if wrong:
            raise ValidationError(wrong)
        for upload in uploads:
            self.run_validators(upload)
        return uploads

    def _wrong_with(self, upload: UploadedFile[Any]) -> ValidationError | None:
        try:
            inspecting.inspect(upload)
        except Refused as why:
            if self.most_files == 1:
                return ValidationError(str(why), code=why.code)
            said = _("“%(name)s”: %(why)s")
            return ValidationError(said, code=why.code, params={"name": upload.name, "why": str(why)})
        return None
