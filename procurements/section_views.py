"""Who writes which part of the text of a joint procurement."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks import dividing_work
from procurements import sections
from procurements.models import Notice
from procurements.requests import notice_or_404
from ui.forms import Form
from ui.pages import render_page


class SectionsForm(Form):
    """A choice for each step of the text."""

    marks_optional = False

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = notice.procurement.buyer_group
        assert group is not None
        tasks = dividing_work.writers(group.pk, notice.phase)
        writers = dividing_work.who_take_part(group)
        for step in sections.sections_of(notice):
            task = tasks.get(step.name)
            self.fields[step.name] = forms.ModelChoiceField(
                label=str(step.label),
                queryset=writers,
                required=False,
                empty_label=_("Nobody in particular"),
                initial=task.organisation_id if task and task.done_at is None else None,
            )

    def writers(self) -> dict[str, Organisation | None]:
        return {name: self.cleaned_data[name] for name in self.fields}


def section_share(request: MemberRequest, slug: str) -> HttpResponse:
    editable = Notice.objects.editable_by(request.user)
    notice = notice_or_404(editable.filter(procurement__buyer_group__isnull=False), slug)
    form = SectionsForm(request.POST or None, notice=notice)
    if request.method == "POST" and form.is_valid():
        try:
            sections.share(notice, form.writers(), by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("It is decided who writes what. New writers are told."))
            return redirect("procurements:section_share", slug=notice.slug)
    context = {"notice": notice, "group": notice.procurement.buyer_group, "form": form}
    return render_page(request, "procurements/section_share.html", context, status=422 if form.errors else 200)
