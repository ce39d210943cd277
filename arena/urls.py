from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from arena import (
    audit_log,
    calendar_feed,
    first_steps,
    health,
    inviting,
    job_views,
    merging_views,
    metrics,
    overdue,
    reviewing,
    search_views,
    sitemaps,
    views,
)
from interchange import feed_views
from knowledge import picture_views
from notifications import hearing

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.not_found"
handler429 = "accounts.unsent.too_many"  # ours and allauth's: `ui.limiting`
handler500 = "ui.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    *hearing.urls(),
    path("api/v1/", include("interchange.api.urls")),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("calendar/<slug:secret>.ics", calendar_feed.calendar_feed, name="calendar_feed"),
    path("ocds/", include("interchange.ocds.urls")),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<slug:part>-<int:number>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("guidance/pictures/<uuid:pk>/", picture_views.picture_detail, name="picture_detail"),
    path("open-data/catalog.jsonld", feed_views.catalogue, name="catalogue"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", search_views.search, name="search"),
        path("first-steps/", first_steps.first_steps, name="first_steps"),
        path("first-steps/needs/", first_steps.first_needs, name="first_needs"),
        path("start/", views.start, name="start"),
        path("calendar/", calendar_feed.calendar, name="calendar"),
        path("calendar/address/", calendar_feed.calendar_key_make, name="calendar_key_make"),
        path("calendar/address/close/", calendar_feed.calendar_key_revoke, name="calendar_key_revoke"),
        path("about/", views.about, name="about"),
        path("accessibility/", views.accessibility, name="accessibility"),
        path("privacy/", views.privacy, name="privacy"),
        path("open-data/", views.open_data, name="open_data"),
        path("", include("interchange.feed_urls")),  # has procurements/feed.atom
        path("procurements/", include("procurements.urls")),
        path("inbox/", include("notifications.urls")),
        path("codes/", include("taxonomy.urls")),
        path("networks/", include("networks.urls")),
        path("guidance/", include("knowledge.urls")),
        path("", include("accounts.urls")),  # has organisations/new/, so it stands before any organisation's own page
        path("organisations/<slug:slug>/verification/", reviewing.verification_request, name="verification_request"),
        path("organisations/<slug:slug>/invitations/", inviting.invitation_send, name="invitation_send"),
        path("organisations/<slug:slug>/", views.organisation_detail, name="organisation_detail"),
        path("matches/", include("matchmaking.urls")),
        path("suppliers/", include("suppliers.urls")),
        path("interchange/", include("interchange.urls")),
        path("account/", include("allauth.urls")),
        path("reviews/", reviewing.review_queue, name="review_queue"),
        path("reviews/<int:pk>/", reviewing.verification_decide, name="verification_decide"),
        path("reviews/merge/", merging_views.organisation_merge, name="organisation_merge"),
        path(
            "reviews/merge/<slug:slug>/into/<slug:into>/",
            merging_views.organisation_merge_confirm,
            name="organisation_merge_confirm",
        ),
        path("gallery/", include("ui.urls")),
        path("overdue/", overdue.overdue_list, name="overdue_list"),
        path("jobs/", job_views.job_list, name="job_list"),
        path("jobs/<slug:sort>/<int:pk>/try-again/", job_views.failure_retry, name="failure_retry"),
        path("jobs/<slug:sort>/<int:pk>/give-up/", job_views.failure_give_up, name="failure_give_up"),
        path("audit-log/", audit_log.audit_log, name="audit_log"),
    ),
]
