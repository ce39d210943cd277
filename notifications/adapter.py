"""allauth's adapter: account mails leave by the same door as all other mail."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import doorbell, unsubscribing
from notifications.models import Mail

A_CODE_LASTS = timedelta(minutes=15)  # longer than any of allauth's own limits in arena/settings.py


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes the mail down and rings; the request talks to no mail server, so its time tells nothing (S12).

        The words stand in the row until the mail is settled, no longer: they hold a code (docs/decisions/0002).
        """
        request = allauth_context.request
        whole = {
            "request": request,
            "email": email,
            "current_site": get_current_site(request),
            **_at_our_address(context),
        }
        message = self.render_mail(template_prefix, email, whole)
        now = timezone.now()
        Mail.objects.create(
            kind=f"account:{template_prefix.rsplit('/', 1)[-1]}"[:80],
            priority=Mail.Priority.ACCOUNT,
            address=email,
            context={
                "subject": message.subject,
                "text": message.body,
                "html": next((str(part[0]) for part in getattr(message, "alternatives", [])), ""),
            },
            due_at=now,
            created_at=now,
            expires_at=now + A_CODE_LASTS if "code" in context else None,
        )
        doorbell.ring("send")

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponseBase:
        """Whose address takes no mail from us hears of it at the next login (B7); why, and what to do, stands in the inbox."""
        response: HttpResponseBase = super().post_login(request, user, **options)
        suppression = unsubscribing.suppression_of(user.email)
        if suppression and suppression.reason != unsubscribing.UNSUBSCRIBED:
            words = _(
                "We send you no e-mail for now, because mail to %(address)s came back or was reported. Your inbox says what you can do."
            )
            messages.warning(request, words % {"address": user.email})
        return response


def _at_our_address(context: dict[str, Any]) -> dict[str, Any]:
    """Links lead to the arena's own address, whatever host the request named: who asks is not who reads (S10)."""
    links = {
        name: urlsplit(value) for name, value in context.items() if name.endswith("_url") and isinstance(value, str)
    }
    return context | {name: settings.URL + urlunsplit(("", "", *link[2:])) for name, link in links.items()}
