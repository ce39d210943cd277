from django.urls import path

from suppliers import views

app_name = "suppliers"

urlpatterns = [
    path("<slug:slug>/", views.supplier_detail, name="supplier_detail"),
]
