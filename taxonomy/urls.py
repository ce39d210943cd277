from django.urls import path

from taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("cpv/suggestions/", views.cpv_suggestions, name="cpv_suggestions"),
]
