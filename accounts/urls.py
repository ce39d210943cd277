from django.urls import path

from accounts import persons, unsent_views, views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/export/", views.data_export, name="data_export"),
    path("profile/second-factor/", views.second_factor_needed, name="second_factor_needed"),
    path("profile/second-factor/qr.svg", views.totp_qr, name="totp_qr"),
    path("terms/", views.terms_of_use, name="terms"),
    path("kept/<uuid:pk>/", unsent_views.kept_post, name="kept_post"),
    path("kept/<uuid:pk>/discard/", unsent_views.kept_discard, name="kept_discard"),
    path("acting-for/", views.acting_for, name="acting_for"),
    path("organisations/new/", views.organisation_create, name="organisation_create"),
    path("organisations/new/details/", views.organisation_describe, name="organisation_describe"),
    path("organisations/<slug:slug>/edit/", views.organisation_edit, name="organisation_edit"),
    path("organisations/<slug:slug>/members/", views.member_list, name="member_list"),
    path("organisations/<slug:slug>/members/<int:pk>/role/", views.member_role, name="member_role"),
    path("organisations/<slug:slug>/members/<int:pk>/end/", views.member_end, name="member_end"),
    path("organisations/<slug:slug>/invitations/<int:pk>/revoke/", views.invitation_revoke, name="invitation_revoke"),
    path("invitations/", views.invitation_accept, name="invitation_accept"),
    path("invitations/<str:token>/", views.invitation_open, name="invitation_open"),
    path("persons/", persons.person_list, name="person_list"),
    path("persons/<int:pk>/", persons.person_detail, name="person_detail"),
    path("persons/<int:pk>/lock/", persons.person_lock, name="person_lock"),
    path("persons/<int:pk>/unlock/", persons.person_unlock, name="person_unlock"),
    path("persons/<int:pk>/duties/give/", persons.duty_give, name="duty_give"),
    path("persons/<int:pk>/duties/take/", persons.duty_take, name="duty_take"),
]
