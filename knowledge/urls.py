from django.urls import path

from knowledge import editor_views, views

app_name = "knowledge"
urlpatterns = [
    path("", views.article_list, name="article_list"),
    path("phase/", views.phase_guidance, name="phase_guidance"),
    path("editing/", editor_views.article_review_list, name="article_review_list"),
    path("editing/new/", editor_views.article_create, name="article_create"),
    path("<slug:slug>/", views.article_detail, name="article_detail"),
    path("<slug:slug>/edit/<str:language>/", editor_views.article_edit, name="article_edit"),
    path("<slug:slug>/preview/<str:language>/", editor_views.article_preview, name="article_preview"),
    path("<slug:slug>/history/<str:language>/", editor_views.article_history, name="article_history"),
    path("<slug:slug>/bind/", editor_views.article_bind, name="article_bind"),
    path("<slug:slug>/publish/", editor_views.article_publish, name="article_publish"),
    path("<slug:slug>/archive/", editor_views.article_archive, name="article_archive"),
    path("<slug:slug>/review/", editor_views.article_review, name="article_review"),
    path("<slug:slug>/restore/<int:pk>/", editor_views.article_restore, name="article_restore"),
]
