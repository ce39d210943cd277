from django.urls import path

from interchange.ocds import views

app_name = "ocds"

urlpatterns = [
    path("releases.json", views.release_list, name="release_list"),
    path("dumps/<str:name>", views.dump_download, name="dump_download"),
    path("<path:ocid>/releases.json", views.procurement_releases, name="procurement_releases"),
    path("<path:ocid>/record.json", views.procurement_record, name="procurement_record"),
]
