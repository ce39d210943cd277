"""Imports: hand in a file, watch it being read, read and fetch the report (D16). For the programme office and administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Duty, is_on_duty
from accounts.requests import MemberRequest
from interchange import uploading
from interchange.models import IMPORT, LARGEST_UPLOAD, ImportedFile, Outcome, Source, UnknownCode, Upload
from networks.csv_files import csv_of
from records.models import Job
from ui.forms import Form
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

PER_PAGE = 50


def require_duty(request: HttpRequest) -> None:
    """What others may not see does not exist for them."""
    if not is_on_duty(request.user, Duty.ADMIN, Duty.PROGRAMME):
        raise Http404


def counted(job: Job) -> list[tuple[Outcome, int]]:
    return [(outcome, job.summary.get(outcome.value, 0)) for outcome in Outcome]


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    require_duty(request)
    page = page_of(Job.objects.filter(kind=IMPORT).select_related("by"), request.GET, per_page=PER_PAGE)
    context = {
        "page_obj": page,
        "jobs": [(job, counted(job)) for job in page],
        "outcomes": list(Outcome),
        "unknown_codes": UnknownCode.objects.all()[:200],
        "sources": _sources(),
        "at": timezone.now(),
    }
    return render_page(request, "interchange/import_list.html", context)


def _sources() -> list[tuple[str, Source, bool]]:
    """Those that the environment names, and those that it named once, with the names that people know."""
    rows = Source.objects.in_bulk()
    names = sorted({*settings.FETCH, *rows})
    said = {"ted": "TED", "doffin": "Doffin"}
    return [(said.get(name, name), rows.get(name) or Source(name=name), name in settings.FETCH) for name in names]


class UploadForm(Form):
    file = forms.FileField(
        label=gettext_lazy("File with notices"),
        help_text=gettext_lazy(
            "One eForms notice as XML, or many in an archive: .zip, .tar.gz or .tgz, at most 200 MB. "
            "An archive in an archive is not opened."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput({"accept": ",".join([*uploading.ENDINGS, ".gz"])}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            uploading.check(file, file.name)
        except uploading.NotAccepted as why:
            raise ValidationError(_(str(why))) from why
        return file


@limited("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: MemberRequest) -> HttpResponse:
    require_duty(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        job = uploading.take_in(file, name=file.name, source="upload", by=request.user, at=timezone.now())
        messages.success(
            request,
            _("The file is here. It is imported as soon as a worker is free; this page shows how far it has come."),
        )
        return redirect("interchange:import_detail", job.pk)
    return render_page(request, "interchange/import_new.html", {"form": form}, status=422 if form.errors else 200)


import_new.takes_bytes = LARGEST_UPLOAD  # type: ignore[attr-defined]  # read by files.uploading


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page, or for htmx only how far the import has come."""
    require_duty(request)
    job = get_object_or_404(Job.objects.select_related("by"), pk=pk, kind=IMPORT)
    chosen, files = _chosen(request, job)
    context = {
        "job": job,
        "upload": Upload.objects.filter(job=job).first(),
        "left": _left(job),
        "counts": counted(job),
        "chosen": chosen,
        "page_obj": page_of(files, request.GET, per_page=PER_PAGE),
        "unknown_codes": UnknownCode.objects.filter(
            first_seen_in__in=ImportedFile.objects.filter(job=job).values("version")
        )[:200],
    }
    return render_page(request, "interchange/import_detail.html", context, partial="progress")


def _chosen(request: HttpRequest, job: Job) -> tuple[str, Any]:
    """The outcome that the address asks for, if it names one, and the files with it."""
    chosen = request.GET.get("outcome", "")
    files = ImportedFile.objects.filter(job=job).select_related("version__notice__current_version")
    return (chosen, files.filter(outcome=chosen)) if chosen in Outcome.values else ("", files)


def _left(job: Job) -> str:
    """How long it takes still, in words, by the speed of the last minute; nothing while that is not known."""
    rate = job.summary.get("rate")
    if job.finished_at or not job.total or not rate:
        return ""
    left = timedelta(seconds=max(0, job.total - job.done) / rate)
    minutes = round(left.total_seconds() / 60)
    if not minutes:
        return _("Less than a minute is left.")
    return ngettext("About %(minutes)s minute is left.", "About %(minutes)s minutes are left.", minutes) % {
        "minutes": minutes
    }


@require_POST
def import_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    require_duty(request)
    job = get_object_or_404(Job, pk=pk, kind=IMPORT)
    if uploading.cancel(job, by=request.user, at=timezone.now()):
        messages.success(request, _("The import is cancelled. What was imported stays, and the file is deleted."))
    else:
        messages.info(request, _("The import had ended already. Nothing was changed."))
    return redirect("interchange:import_detail", pk)


@limited("export", reads=True)
@require_safe
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a file for a spreadsheet, of all files or of those with one outcome."""
    require_duty(request)
    job = get_object_or_404(Job, pk=pk, kind=IMPORT)
    chosen, files = _chosen(request, job)
    head = [_("File"), _("Outcome"), _("Reason"), _("Detail"), _("Notice"), _("Address")]
    rows = ([*_row(file)] for file in files.iterator(chunk_size=1000))
    content = csv_of([head, *rows], get_language() or "en")
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"import-{job.pk}{f'-{chosen}' if chosen else ''}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _row(file: ImportedFile) -> list[str]:
    notice = [file.version.title, settings.URL + file.version.notice.get_absolute_url()] if file.version else ["", ""]
    reason = _(file.reason) if file.reason else ""
    return [file.name, str(file.get_outcome_display()), reason, file.detail, *notice]
