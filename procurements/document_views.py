"""The documents of a notice: the team's page for them (A24), and their public addresses (A25)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import MemberRequest
from files import counting, limits, receiving, serving
from files.forms import UploadField
from files.models import StoredFile
from procurements import documenting, steps, writing
from procurements.models import Document, Notice, VersionDocument
from procurements.parts_shown import documents_of
from procurements.requests import notice_or_404, visible_notice_or_404
from ui.forms import Form, shown
from ui.limiting import limited
from ui.pages import render_page


class AddForm(Form):
    """Only for how it looks: each file is received by itself, so that one that is refused takes no other with it."""

    uploads = UploadField(most_files=limits.FILES_AT_ONCE, required=False, label=gettext_lazy("Choose files to add"))


class ChangeForm(Form):
    """One document: its title, and another file for it."""

    marks_optional = False
    lineage = forms.UUIDField(widget=forms.HiddenInput)
    seen_title = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    seen_file = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    file = UploadField(required=False, label=gettext_lazy("A new version of the file"))

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])


@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload", per_file=True)
def document_list(request: MemberRequest, slug: str) -> HttpResponse:
    """What is there, and every way to change it. Where something was refused, the page says so and keeps the rest."""
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    if request.method != "POST":
        return _page(request, notice)
    act = ACTS.get(request.POST.get("do", ""), _add)
    try:
        return act(request, notice)
    except writing.Locked:
        messages.error(
            request, _("The text waits for its moment of publication. Take that back first, then change the documents.")
        )
    except documenting.TooMany:
        messages.error(request, _too_many())
    except documenting.Changed as changed:
        messages.error(request, _conflict(changed.standing))
    return _done(request, notice)


def _add(request: MemberRequest, notice: Notice) -> HttpResponse:
    uploads = request.FILES.getlist("uploads")
    if not uploads:
        return _page(request, notice, refusals=[_("Choose a file.")])
    if len(uploads) > limits.FILES_AT_ONCE:
        said = _("Choose at most %(most)s files at a time.") % {"most": limits.FILES_AT_ONCE}
        return _page(request, notice, refusals=[said])
    if notice.documents.count() + len(uploads) > documenting.MOST:
        return _page(request, notice, refusals=[_too_many()])
    files, refusals = [], []
    for upload in uploads:
        try:
            files.append(_received(upload, request, notice))
        except receiving.Refused as why:
            refusals.append(_("“%(name)s”: %(why)s") % {"name": upload.name, "why": why})
    if files:
        documenting.add(notice, files=files, by=request.user, at=timezone.now())
        added = ngettext("%(n)s document is added.", "%(n)s documents are added.", len(files)) % {"n": len(files)}
        messages.success(request, added)
    return _page(request, notice, refusals=refusals) if refusals else _done(request, notice)


def _change(request: MemberRequest, notice: Notice) -> HttpResponse:
    form = ChangeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, notice, wrong=form)
    typed = form.cleaned_data
    try:
        file = _received(typed["file"][0], request, notice) if typed["file"] else None
    except receiving.Refused as why:
        form.add_error("file", str(why))
        return _page(request, notice, wrong=form)
    seen = (typed["seen_title"], typed["seen_file"])
    try:
        documenting.change(
            notice, typed["lineage"], seen=seen, title=typed["title"], file=file, by=request.user, at=timezone.now()
        )
    except documenting.Changed as changed:
        if changed.standing is None:
            raise
        return _page(request, notice, wrong=_both(form, changed.standing), status=409)
    messages.success(request, _("Saved."))
    return _done(request, notice)


def _both(form: ChangeForm, standing: Document) -> ChangeForm:
    """What was typed, beside a sentence that says what stands there now; saved again, it takes the colleague's place."""
    form.add_error("title", _conflict(standing))
    form.data = {**dict(form.data.items()), "seen_title": standing.title, "seen_file": str(standing.file_id)}
    return form


def _remove(request: MemberRequest, notice: Notice) -> HttpResponse:
    seen = request.POST.get("seen_file", "")
    documenting.remove(notice, _lineage(request), seen_file=seen, by=request.user, at=timezone.now())
    messages.success(request, _("The document is taken away."))
    return _done(request, notice)


def _up(request: MemberRequest, notice: Notice) -> HttpResponse:
    documenting.move(notice, _lineage(request), by_steps=-1, by=request.user, at=timezone.now())
    return _done(request, notice)


def _down(request: MemberRequest, notice: Notice) -> HttpResponse:
    documenting.move(notice, _lineage(request), by_steps=1, by=request.user, at=timezone.now())
    return _done(request, notice)


ACTS: dict[str, Callable[[MemberRequest, Notice], HttpResponse]] = {
    "add": _add, "change": _change, "remove": _remove, "up": _up, "down": _down,
}  # fmt: skip


def _received(upload: UploadedFile[Any], request: MemberRequest, notice: Notice) -> StoredFile:
    return receiving.receive(upload, by=request.user, organisation=notice.procurement.organisation, at=timezone.now())


def _lineage(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("lineage", ""))
    except ValueError:
        raise Http404 from None


def _too_many() -> str:
    return _("A notice has at most %(most)s documents. Take one away first, or put several in one file.") % {
        "most": documenting.MOST
    }


def _conflict(standing: Document | None) -> str:
    if standing is None:
        return _(
            "A colleague took the document away while you worked. Nothing of yours was saved: add it again if it is needed."
        )
    said = _(
        "A colleague changed “%(name)s” while you worked. Nothing was overwritten: see what stands there now, and do it again if you still want to."
    )
    return said % {"name": standing.title}


def _done(request: MemberRequest, notice: Notice) -> HttpResponse:
    """The page anew; only its piece for htmx, which does not follow to another address."""
    if _asks_for_a_piece(request):
        return _page(request, notice)
    return redirect("procurements:document_list", slug=notice.slug)


def _asks_for_a_piece(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _page(
    request: MemberRequest,
    notice: Notice,
    *,
    refusals: list[str] | None = None,
    wrong: ChangeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), notice.slug)
    documents = documents_of(notice, None)
    sees_inside = Notice.objects.seen_inside_by(request.user).filter(pk=notice.pk).exists()
    fetched = counting.downloads_of(file for one in documents for file in one.files) if sees_inside else {}
    context = {
        "notice": notice,
        "lines": [
            (one, _form_of(one.document, wrong), sum(fetched.get(file, 0) for file in one.files)) for one in documents
        ],
        "form": AddForm(),
        "refusals": refusals or [],
        "wrong": wrong,
        "sees_inside": sees_inside,
        "most": documenting.MOST,
        "is_piece": _asks_for_a_piece(request),
        "is_full": len(documents) >= documenting.MOST,
        **steps.beside(notice, here="documents", at=timezone.now()),
    }
    if context["is_piece"]:
        status = 200  # htmx shows no other
    elif status == 200 and (refusals or wrong):
        status = 422
    return render_page(request, "procurements/document_list.html", context, partial="documents", status=status)


def _form_of(document: Document | VersionDocument, wrong: ChangeForm | None) -> ChangeForm:
    if wrong and wrong.data.get("lineage") == str(document.lineage):
        wrong.auto_id = f"id_%s_{document.lineage}"
        return wrong
    seen = {"lineage": document.lineage, "seen_title": document.title, "seen_file": document.file_id}
    return ChangeForm(initial={**seen, "title": document.title}, auto_id=f"id_%s_{document.lineage}")


@login_not_required
@require_safe
def document_download(request: HttpRequest, slug: str, file: UUID) -> HttpResponseBase:
    """Every file of a published version to anyone, without logging in (A25); what only stands in a draft to its team."""
    notice = visible_notice_or_404(request, slug)
    stored = get_object_or_404(StoredFile, pk=file)
    if VersionDocument.objects.filter(version__notice=notice, file=stored).exists():
        return serving.respond(request, stored, at=timezone.now(), is_public=True)
    if (
        request.user.is_authenticated
        and Notice.objects.readable_by(request.user).filter(pk=notice.pk, documents__file=stored).exists()
    ):
        return serving.respond(request, stored, at=timezone.now())
    raise Http404
