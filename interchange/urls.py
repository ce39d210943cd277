from django.urls import include, path

from interchange import eforms_views, views
from interchange.api import description_views, download_views, key_views
from interchange.ocds.views import notice_ocds

app_name = "interchange"

urlpatterns = [
    path("webhooks/", include("interchange.webhooks.urls")),
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/report.csv", views.import_report, name="import_report"),
    path("api/", description_views.api_description, name="api_description"),
    path("keys/", key_views.api_key_list, name="api_key_list"),
    path("keys/<int:pk>/revoke/", key_views.api_key_revoke, name="api_key_revoke"),
    path("notices/download.<slug:form>", download_views.notice_download, name="notice_download"),
    path("<slug:slug>/ocds.json", notice_ocds, name="notice_ocds"),
    path("<slug:slug>/eforms.xml", eforms_views.notice_eforms, name="notice_eforms"),
    path("<slug:slug>/eforms-result.xml", eforms_views.result_eforms, name="result_eforms"),
]
