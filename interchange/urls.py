from django.urls import path

from interchange import views

app_name = "interchange"

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("<slug:slug>/ocds.json", views.notice_ocds, name="notice_ocds"),
]
