"""Addresses of version 1. They stay; what is to go is named in `deprecations` a year before."""

from django.urls import path

from interchange.api import description_views, notice_views, own_views, register_views

app_name = "api"

urlpatterns = [
    path("", description_views.Start.as_view(), name="start"),
    path("openapi.json", description_views.openapi_json, name="openapi_json"),
    path("openapi.yaml", description_views.openapi_yaml, name="openapi_yaml"),
    path("problems/<slug:name>", description_views.problem, name="problem"),
    path("notices", notice_views.NoticeList.as_view(), name="notice_list"),
    path("notices/<slug:code>", notice_views.NoticeDetail.as_view(), name="notice_detail"),
    path("notices/<slug:code>/versions", notice_views.VersionList.as_view(), name="version_list"),
    path("notices/<slug:code>/versions/<int:number>", notice_views.VersionDetail.as_view(), name="version_detail"),
    path("changes", notice_views.ChangeList.as_view(), name="change_list"),
    path("organisations", register_views.OrganisationList.as_view(), name="organisation_list"),
    path("organisations/<slug:slug>", register_views.OrganisationDetail.as_view(), name="organisation_detail"),
    path("networks", register_views.NetworkList.as_view(), name="network_list"),
    path("networks/<slug:slug>", register_views.NetworkDetail.as_view(), name="network_detail"),
    path("plans", register_views.PlanList.as_view(), name="plan_list"),
    path("codes", register_views.CodeListList.as_view(), name="code_list_list"),
    path("codes/<slug:name>", register_views.CodeList.as_view(), name="code_list"),
    path("matches", own_views.MatchList.as_view(), name="match_list"),
    path("imports", own_views.ImportCreate.as_view(), name="import_create"),
]
