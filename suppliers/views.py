from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from suppliers.models import SupplierProfile
from ui.pages import render_page


@require_safe
@login_not_required
def supplier_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Public where the supplier chose so; else for buyers and its own people. Others cannot know that it exists."""
    profiles = SupplierProfile.objects.visible_to(request.user).select_related("organisation")
    profile = get_object_or_404(profiles, organisation__slug=slug, organisation__merged_into=None)
    return render_page(
        request, "suppliers/supplier_detail.html", {"supplier": profile, "organisation": profile.organisation}
    )
