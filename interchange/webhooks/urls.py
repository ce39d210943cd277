from django.urls import path

from interchange.webhooks import views

urlpatterns = [
    path("", views.webhook_list, name="webhook_list"),
    path("new/", views.webhook_create, name="webhook_create"),
    path("<uuid:pk>/", views.webhook_detail, name="webhook_detail"),
    path("<uuid:pk>/edit/", views.webhook_edit, name="webhook_edit"),
    path("<uuid:pk>/pause/", views.webhook_pause, name="webhook_pause"),
    path("<uuid:pk>/resume/", views.webhook_resume, name="webhook_resume"),
    path("<uuid:pk>/test/", views.webhook_test, name="webhook_test"),
    path("<uuid:pk>/secret/", views.webhook_reveal, name="webhook_reveal"),
    path("<uuid:pk>/secret/change/", views.webhook_rotate, name="webhook_rotate"),
    path("<uuid:pk>/delete/", views.webhook_delete, name="webhook_delete"),
    path("<uuid:pk>/messages/<uuid:delivery>/again/", views.delivery_again, name="delivery_again"),
]
