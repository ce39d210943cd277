from django.urls import path

from matchmaking import similar_views, subscription_views, views

app_name = "matchmaking"

urlpatterns = [
    path("", views.match_list, name="match_list"),
    path("<int:pk>/dismiss/", views.match_dismiss, name="match_dismiss"),
    path("<int:pk>/restore/", views.match_restore, name="match_restore"),
    path("similar/<slug:slug>/", similar_views.similar_needs, name="similar_needs"),
    path("offer/", views.offer_edit, name="offer_edit"),
    path("offer/receive/", views.offer_receive, name="offer_receive"),
    path("saved-searches/", subscription_views.subscription_list, name="subscription_list"),
    path("saved-searches/new/", subscription_views.subscription_create, name="subscription_create"),
    path("saved-searches/<int:pk>/", subscription_views.subscription_edit, name="subscription_edit"),
    path("saved-searches/<int:pk>/delete/", subscription_views.subscription_delete, name="subscription_delete"),
    path("saved-searches/<int:pk>/pause/", subscription_views.subscription_pause, name="subscription_pause"),
    path("saved-searches/<int:pk>/resume/", subscription_views.subscription_resume, name="subscription_resume"),
]
