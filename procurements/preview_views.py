from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from accounts.rules import Refused
from procurements import previewing
from procurements.chain_views import detail
from procurements.drafting_forms import PreviewCommentForm, PreviewLinkForm
from procurements.models import Notice
from procurements.publishing_views import drafted
from procurements.requests import notice_or_404
from ui.limiting import limited
from ui.pages import render_page


def preview_links(request: MemberRequest, slug: str) -> HttpResponse:
    """Links for a look without an account. A new one's address is shown in the answer to the POST, and never again."""
    readable = Notice.objects.readable_by(request.user).filter(source_id=None)
    notice = notice_or_404(Notice.objects.editable_by(request.user) if request.method == "POST" else readable, slug)
    at, made, address = timezone.now(), None, ""
    form = PreviewLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made, token = previewing.create(notice, **form.cleaned_data, by=request.user, at=at)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            address = request.build_absolute_uri(previewing.path_of(token))
            form = PreviewLinkForm()
    links = list(notice.preview_links.select_related("made_by", "revoked_by"))
    standing = [link for link in links if link.revoked_at is None and link.expires_at > at]
    context = {
        "notice": notice,
        "form": form,
        "made": made,
        "address": address,
        "links": links,
        "lost": {link.pk for link in standing if previewing.has_lost_its_maker(link)},
        "can_edit": Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists(),
        "now": at,
    }
    return render_page(request, "procurements/preview_links.html", context, status=422 if form.errors else 200)


@require_POST
def preview_link_revoke(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    previewing.revoke(get_object_or_404(notice.preview_links, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("Nobody can read the draft by that link any more."))
    return redirect("procurements:preview_links", slug=notice.slug)


@login_not_required
@limited("preview", reads=True)
def preview_open(request: HttpRequest, token: str) -> HttpResponse:
    """The draft for whoever has the address. Wrong, ended and taken away all answer the same."""
    at = timezone.now()
    link = previewing.opened(token, at=at)
    if link is None:
        raise Http404
    notice = link.notice
    if previewing.is_over(link):
        return redirect(notice)
    form = PreviewCommentForm(request.POST if request.method == "POST" else None, notice=notice)
    if request.method == "POST" and form.is_valid():
        try:
            previewing.comment(link, **form.cleaned_data, at=at)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Thank you. Your comment has reached those who write the text."))
            return redirect("procurements:preview_open", token)
    context = {
        **detail(notice, drafted(notice), request),
        "is_preview": True,
        "can_edit": False,
        "is_without_files": True,  # a link shows the text; a draft's files are the team's
        "own_interests": [],
        "link": link,
        "form": form,
    }
    response = render_page(request, "procurements/preview_open.html", context, status=422 if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store, private"
    return response
