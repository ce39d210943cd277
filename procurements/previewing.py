"""A draft for the eyes of somebody without an account: by a secret address that ends, and can be ended (A19)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User, hash_of, new_token
from accounts.rules import Refused
from procurements import reviewing, teaming
from procurements.grants import TeamCan
from procurements.models import Comment, Notice, PreviewLink
from records.auditing import record

LONGEST_DAYS = 30
MOST_LINKS = 20  # open at a time, for one draft
MOST_COMMENTS = 100  # by one link
BURST, BURST_LASTS = 10, timedelta(minutes=10)  # comments by one link


class TooManyLinks(Refused):
    sentence = _("This draft has very many open links. End one of them before you make another.")


class TooManyComments(Refused):
    sentence = _(
        "Very many comments have come by this link. Please wait a while, or write to the person who sent it to you."
    )


@transaction.atomic
def create(notice: Notice, *, label: str, days: int, by: User, at: datetime) -> tuple[PreviewLink, str]:
    """A link that opens for 1 to LONGEST_DAYS days, and its secret: 256 random bits of which only a digest is kept.

    The caller fetched the notice through `editable_by(by)`. Raises TooManyLinks.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("procurement__organisation").get(pk=notice.pk)
    )
    if notice.preview_links.filter(revoked_at=None, expires_at__gt=at).count() >= MOST_LINKS:
        raise TooManyLinks
    token = new_token()
    link = PreviewLink.objects.create(
        notice=notice,
        label=label,
        digest=hash_of(token),
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=min(max(days, 1), LONGEST_DAYS)),
    )
    _record("preview.made", link, by=by, at=at)
    return link, token


@transaction.atomic
def revoke(link: PreviewLink, *, by: User, at: datetime) -> PreviewLink:
    """Nobody reads by it any more; a second click changes nothing."""
    link = _locked(link)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = at, by
        link.save(update_fields=["revoked_at", "revoked_by"])
        _record("preview.revoked", link, by=by, at=at)
    return link


def path_of(token: str) -> str:
    return reverse("procurements:preview_open", args=[token])


def opened(token: str, *, at: datetime) -> PreviewLink | None:
    """The link that the secret opens; None alike when it never was one, has ended or was taken away, or its maker has gone."""
    standing = PreviewLink.objects.filter(digest=hash_of(token), revoked_at=None, expires_at__gt=at)
    related = ("notice__current_version", "notice__procurement__organisation", "notice__procurement__buyer_group")
    link = standing.select_related(*related, "made_by").first()
    return None if link is None or has_lost_its_maker(link) else link


def has_lost_its_maker(link: PreviewLink) -> bool:
    """Whoever made it does not write the text any more, as when the organisation left those who buy: so it opens no more."""
    return not Notice.objects.editable_by(link.made_by).filter(pk=link.notice_id).exists()


def is_over(link: PreviewLink) -> bool:
    """The text that the link was made for is public now. What its team writes after that is a draft of its own."""
    public = link.notice.current_version
    return public is not None and public.published_at >= link.made_at


@transaction.atomic
def comment(link: PreviewLink, *, name: str, field: str, text: str, at: datetime) -> Comment:
    """What the reader says comes back to the draft, and its writers hear of it. The same words twice are one remark.

    Raises TooManyComments.
    """
    link = _locked(link)
    same = link.comments.filter(field=field, text=text.strip(), name=name).first()
    if same:
        return same
    lately = link.comments.filter(at__gt=at - BURST_LASTS).count()
    if lately >= BURST or link.comments.count() >= MOST_COMMENTS:
        raise TooManyComments
    remark = Comment.objects.create(notice=link.notice, field=field, text=text.strip(), link=link, name=name, at=at)
    procurement = link.notice.procurement
    record("comment.made", remark, by=None, at=at, acting_for=procurement.organisation, details={"link": link.pk})
    reviewing.tell_of_comment(remark, teaming.recipients(procurement, TeamCan.EDIT), at=at)
    return remark


def _locked(link: PreviewLink) -> PreviewLink:
    return (
        PreviewLink.objects.select_for_update(of=("self",))
        .select_related("notice__procurement__organisation")
        .get(pk=link.pk)
    )


def _record(action: str, link: PreviewLink, *, by: User, at: datetime) -> None:
    record(
        action, link, by=by, at=at, acting_for=link.notice.procurement.organisation, details={"notice": link.notice_id}
    )
