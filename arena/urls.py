from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from arena import views

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.not_found"
handler500 = "ui.errors.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("start/", views.start, name="start"),
        path("account/", include("allauth.urls")),
    ),
]
