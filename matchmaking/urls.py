from django.urls import path

from matchmaking import (
    answering_views,
    following_views,
    offer_views,
    quality_views,
    similar_views,
    subscription_views,
    views,
)

app_name = "matchmaking"

urlpatterns = [
    path("", views.match_list, name="match_list"),
    path("<int:pk>/dismiss/", views.match_dismiss, name="match_dismiss"),
    path("<int:pk>/restore/", views.match_restore, name="match_restore"),
    path("lessons/<int:pk>/forget/", views.lesson_forget, name="lesson_forget"),
    path("quality/", quality_views.match_quality, name="match_quality"),
    path("following/", following_views.follow_list, name="follow_list"),
    path("following/reminder/", following_views.reminder_edit, name="reminder_edit"),
    path("following/procurement/<slug:slug>/", following_views.follow_panel, name="follow_panel"),
    path("following/procurement/<slug:slug>/set/", following_views.attention_set, name="attention_set"),
    path("following/<slug:kind>/<slug:slug>/", following_views.subject_panel, name="subject_panel"),
    path("following/<slug:kind>/<slug:slug>/set/", following_views.subject_set, name="subject_set"),
    path("similar/<slug:slug>/", similar_views.similar_needs, name="similar_needs"),
    path("suppliers/<slug:slug>/", answering_views.likely_suppliers, name="likely_suppliers"),
    path("offer/", offer_views.offer_edit, name="offer_edit"),
    path("offer/receive/", offer_views.offer_receive, name="offer_receive"),
    path("offer/names/<slug:of>/", offer_views.name_suggestions, name="name_suggestions"),
    path("saved-searches/", subscription_views.subscription_list, name="subscription_list"),
    path("saved-searches/new/", subscription_views.subscription_create, name="subscription_create"),
    path("saved-searches/<int:pk>/", subscription_views.subscription_edit, name="subscription_edit"),
    path("saved-searches/<int:pk>/delete/", subscription_views.subscription_delete, name="subscription_delete"),
    path("saved-searches/<int:pk>/pause/", subscription_views.subscription_pause, name="subscription_pause"),
    path("saved-searches/<int:pk>/resume/", subscription_views.subscription_resume, name="subscription_resume"),
]
