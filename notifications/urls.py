from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.inbox_read, name="inbox_read"),
    path("lines/<int:pk>/open/", views.notification_open, name="notification_open"),
    path("lines/<int:pk>/put-away/", views.notification_put_away, name="notification_put_away"),
    path("lines/<int:pk>/take-back/", views.notification_take_back, name="notification_take_back"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/allow-mail/", views.mail_allow, name="mail_allow"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("less/<str:token>/", views.less, name="less"),
    path("mail-log/", views.mail_log, name="mail_log"),
    path("mail-log/release-held/", views.mail_release_held, name="mail_release_held"),
    path("mail-log/<uuid:pk>/release/", views.mail_release, name="mail_release"),
    path("mail-log/<uuid:pk>/give-up/", views.mail_give_up, name="mail_give_up"),
]
