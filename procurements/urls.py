from django.urls import path

from procurements import browse_views, chain_views, interest_views, writing_views

app_name = "procurements"

urlpatterns = [
    path("", browse_views.notice_list, name="notice_list"),
    path("ours/", writing_views.procurement_list, name="procurement_list"),
    path("networks/<slug:slug>/", browse_views.network_notices, name="network_notices"),
    path("new/", writing_views.notice_create, name="notice_create"),
    path("<slug:slug>/", chain_views.notice_detail, name="notice_detail"),
    path("<slug:slug>/versions/<int:number>/", chain_views.notice_version, name="notice_version"),
    path("<slug:slug>/edit/", writing_views.notice_edit, name="notice_edit"),
    path("<slug:slug>/preview/", writing_views.notice_preview, name="notice_preview"),
    path("<slug:slug>/publish/", writing_views.notice_publish, name="notice_publish"),
    path("<slug:slug>/go-on/", writing_views.notice_go_on, name="notice_go_on"),
    path("<slug:slug>/close/", writing_views.notice_close, name="notice_close"),
    path("<slug:slug>/interest/", interest_views.interest_register, name="interest_register"),
    path("<slug:slug>/interest/withdraw/", interest_views.interest_withdraw, name="interest_withdraw"),
    path("<slug:slug>/interests/", interest_views.interest_list, name="interest_list"),
]
