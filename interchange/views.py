import hashlib
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.models import Duty, is_on_duty
from interchange import ocds
from interchange.models import IMPORT, ImportedFile, Outcome, UnknownCode
from procurements.models import Notice
from records.models import Job
from ui.pages import render_page

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
    page = Paginator(Job.objects.filter(kind=IMPORT).select_related("by"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "jobs": [(job, counted(job)) for job in page],
        "outcomes": list(Outcome),
        "unknown_codes": UnknownCode.objects.all()[:200],
    }
    return render_page(request, "interchange/import_list.html", context)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    require_duty(request)
    job = get_object_or_404(Job, pk=pk, kind=IMPORT)
    chosen = request.GET.get("outcome", "")
    files = ImportedFile.objects.filter(job=job).select_related("version__notice__current_version")
    if chosen in Outcome.values:
        files = files.filter(outcome=chosen)
    context = {
        "job": job,
        "counts": counted(job),
        "chosen": chosen if chosen in Outcome.values else "",
        "page_obj": Paginator(files, PER_PAGE).get_page(request.GET.get("page")),
        "unknown_codes": UnknownCode.objects.filter(
            first_seen_in__in=ImportedFile.objects.filter(job=job).values("version")
        )[:200],
    }
    return render_page(request, "interchange/import_detail.html", context)


@login_not_required
@require_safe
def notice_ocds(request: HttpRequest, slug: str) -> HttpResponse:
    """The published notice as open data. Its ETag changes with what the public reads, and with nothing else."""
    notices = Notice.objects.published().select_related("current_version", "procurement__organisation")
    notice = get_object_or_404(notices.at_address(slug))
    version = notice.current_version
    assert version is not None
    version.notice = notice
    package = ocds.package(
        version,
        uri=settings.URL + reverse("interchange:notice_ocds", args=[notice.slug]),
        publisher_uri=settings.URL + reverse("home"),
        policy_uri=settings.URL + reverse("open_data"),
    )
    content = json.dumps(package, ensure_ascii=False, indent=1).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(content, content_type="application/json")
    response["ETag"] = etag
    return response
