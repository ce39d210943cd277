"""Every component in every state, for those who build pages. It is no part of the product: 404 in production."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ui.forms import Form, LinesField, MomentField
from ui.pages import render_page

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Link(TextChoices):
    """The six links, as procurements has them; ui knows nothing about procurement."""

    NEED = "need", _("Need")
    DIALOGUE = "dialogue", _("Dialogue")
    COMPETITION = "competition", _("Competition")
    CONTRACT = "contract", _("Contract")
    EFFECT = "effect", _("Effect")
    REUSE = "reuse", _("Spreading")


class SampleForm(Form):
    title = forms.CharField(label="Title", help_text="Name the need, not the solution.", max_length=200)
    problem = forms.CharField(
        label="What is the problem today?",
        help_text="Tell what happens, and to whom. Leave open how it is to be solved.",
        max_length=20_000,
        widget=forms.Textarea,
    )
    words = LinesField(label="Words to listen for", help_text="One a line.", required=False)
    email = forms.EmailField(label="E-mail")
    zone = forms.ChoiceField(label="The times are in", choices=[("se", "Swedish time"), ("no", "Norwegian time")])
    deadline_at = MomentField(label="Deadline")
    role = forms.ChoiceField(
        label="Role", choices=[("editor", "Writes"), ("reader", "Reads")], widget=forms.RadioSelect
    )
    goals = forms.MultipleChoiceField(
        label="Agenda 2030 goals",
        required=False,
        help_text="At most three.",
        choices=[("3", "3. Good health"), ("11", "11. Cities"), ("12", "12. Consumption")],
        widget=forms.CheckboxSelectMultiple,
    )
    document = forms.FileField(label="Document", required=False)
    agrees = forms.BooleanField(label="I may speak for the organisation in this matter")


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        raise Http404
    return render_page(request, "ui/gallery.html", _samples(request))


def _samples(request: HttpRequest) -> dict[str, Any]:
    wrong = {
        "wrong-title": "",
        "wrong-problem": "Larmet kommer först när olyckan har skett.",
        "wrong-email": "anna@",
        "wrong-zone": "se",
        "wrong-deadline_at_day": "2027-10-31",
        "wrong-deadline_at_clock": "02:30",
        "wrong-words": "fallsensor\nlarm",
        "wrong-goals": ["3", "99"],
    }
    return {
        "now": NOW,
        "soon": NOW + timedelta(days=12),
        "tonight": NOW + timedelta(hours=5),
        "past": NOW - timedelta(days=3),
        "links": Link,
        "done": ["need", "dialogue"],
        "nearly_all": [link for link in Link if link != Link.REUSE],
        "counts": {"need": 34, "dialogue": 12, "competition": 21, "contract": 48, "effect": 1, "reuse": 0},
        "reasons": [{"text": "CPV 33196 Medical aids"}, {"text": "Region Skåne"}, {"text": "the word fallsensor"}],
        "hints": [
            {"sentence": "“Larmex” is a make or a product. Say what it does for you, and more suppliers can answer."},
            {"sentence": "Instead of “utilise” you can write “use”."},
        ],
        "pattern": ["Today [what happens], about [how often].", "It leads to [consequence] for [whom]."],
        "examples": [
            {
                "text": "The alarm comes when the accident has happened.",
                "url": "#main",
                "title": "Tidig upptäckt av fall",
                "language": "sv",
                "buyer": "Fjällviks kommun",
            }
        ],
        "value": Decimal("1200000"),
        "page_of_many": Paginator(range(500), 25).page(7),
        "form": SampleForm(prefix="empty"),
        "wrong_form": SampleForm(wrong, prefix="wrong"),
    }
