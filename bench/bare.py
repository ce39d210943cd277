"""The peer of bench/autosave.py: a Django that does nothing but read a form and answer a line."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bare", MIDDLEWARE=[])  # noqa: S106  # it keeps nothing


def line(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Saved {len(request.POST)}")


urlpatterns = [path("", line)]
application = get_wsgi_application()
