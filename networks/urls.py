from django.urls import path

from networks import group_views, letter_views, views

app_name = "networks"
urlpatterns = [
    path("", views.network_list, name="network_list"),
    path("create/", views.network_create, name="network_create"),
    path("buyer-groups/", group_views.group_list, name="group_list"),
    path("buyer-groups/create/", group_views.group_create, name="group_create"),
    path("buyer-groups/<slug:slug>/", group_views.group_detail, name="group_detail"),
    path("buyer-groups/<slug:slug>/invite/", group_views.group_invite, name="group_invite"),
    path("buyer-groups/<slug:slug>/answer/<int:pk>/", group_views.group_answer, name="group_answer"),
    path("buyer-groups/<slug:slug>/hand-over/", group_views.group_hand_over, name="group_hand_over"),
    path("buyer-groups/<slug:slug>/items/", letter_views.group_items, name="group_items"),
    path("buyer-groups/<slug:slug>/letters/send/", letter_views.letter_send, name="letter_send"),
    path("buyer-groups/<slug:slug>/letters/<int:pk>/", letter_views.letter_detail, name="letter_detail"),
    path("buyer-groups/<slug:slug>/letters/<int:pk>/sign/", letter_views.letter_sign, name="letter_sign"),
    path("buyer-groups/<slug:slug>/letters/<int:pk>/decline/", letter_views.letter_decline, name="letter_decline"),
    path("buyer-groups/<slug:slug>/cost-key/", letter_views.cost_key, name="cost_key"),
    path("buyer-groups/<slug:slug>/cost-key/download/", letter_views.cost_key_download, name="cost_key_download"),
    path("<slug:slug>/", views.network_detail, name="network_detail"),
    path("<slug:slug>/edit/", views.network_edit, name="network_edit"),
    path("<slug:slug>/inside/", views.network_inside, name="network_inside"),
    path("<slug:slug>/post/", views.network_post, name="network_post"),
    path("<slug:slug>/join/", views.network_join, name="network_join"),
    path("<slug:slug>/invite/", views.network_invite, name="network_invite"),
    path("<slug:slug>/answer/<int:pk>/", views.network_answer, name="network_answer"),
    path("<slug:slug>/leave/<int:pk>/", views.network_leave, name="network_leave"),
    path("<slug:slug>/hand-over/", views.network_hand_over, name="network_hand_over"),
    path("<slug:slug>/archive/", views.network_archive, name="network_archive"),
]
