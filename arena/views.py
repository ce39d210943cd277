from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from ui.pages import render_page


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return render_page(request, "home.html")


def start(request: HttpRequest) -> HttpResponse:
    return render_page(request, "home.html")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")
