"""What programs and other web sites fetch of the public lists: beside the pages that say the same to people."""

from django.urls import path

from interchange import embed_views, feed_views

app_name = "feeds"

urlpatterns = [
    path("procurements/feed.atom", feed_views.notice_feed, name="notice_feed"),
    path("procurements/calendar.ics", feed_views.search_calendar, name="search_calendar"),
    path("procurements/<slug:slug>/calendar.ics", feed_views.notice_calendar, name="notice_calendar"),
    path("procurements/<slug:slug>/changes.atom", feed_views.notice_changes, name="notice_changes"),
    path("guidance/events.ics", feed_views.event_feed, name="event_feed"),
    path("guidance/<slug:slug>/event.ics", feed_views.event_calendar, name="event_calendar"),
    path("embed/", embed_views.embed_guide, name="embed_guide"),
    path("embed/procurements/", embed_views.embed_list, name="embed_list"),
]
