"""Administrators of the arena make one of two records of one organisation: choose, see what will happen, confirm."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from accounts.persons import for_admins
from accounts.requests import MemberRequest
from arena import merging
from ui.pages import render_page


@require_GET
@for_admins
def organisation_merge(request: MemberRequest) -> HttpResponse:
    """Two searches and two choices; with both chosen on to the page that shows what will happen."""
    chosen = [request.GET.get(name, "") for name in ("organisation", "into")]
    if all(chosen) and request.GET.get("go"):
        return redirect("organisation_merge_confirm", *chosen)
    words = [request.GET.get(name, "")[:200] for name in ("q", "r")]
    sides = [
        {"name": name, "field": field, "words": said, "found": merging.find(said), "chosen": slug}
        for name, field, said, slug in zip(("organisation", "into"), ("q", "r"), words, chosen, strict=True)
    ]
    return render_page(
        request, "arena/organisation_merge.html", {"sides": sides, "ready": all(side["found"] for side in sides)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def organisation_merge_confirm(request: MemberRequest, slug: str, into: str) -> HttpResponse:
    organisation, target = get_object_or_404(Organisation, slug=slug), get_object_or_404(Organisation, slug=into)
    try:
        if request.method == "POST":
            merged = merging.merge(organisation, into=target, by=request.user, at=timezone.now())
            messages.success(request, _("Done. The two are one organisation now."))
            return redirect(merged)
        shown = merging.preview(organisation, into=target)
    except merging.NotTwo as why:
        messages.error(request, str(why))
        return redirect("organisation_merge")
    except merging.Refused as why:
        messages.error(request, str(why))
        return redirect("organisation_merge_confirm", slug, into)
    context = {"organisation": organisation, "into": target, "preview": shown}
    return render_page(request, "arena/organisation_merge_confirm.html", context)
