"""What the demo's buyers do together around a text: those who buy with the lead approve it, and work on it with the lead."""

from datetime import datetime, timedelta

from accounts.grants import Can, roles_that
from accounts.models import Membership, User
from procurements import approving, teaming
from procurements.models import Approval, Notice, TeamRole


def approve(notice: Notice, *, by: User, at: datetime) -> None:
    """The lead asks the day before; an administrator of each of the others approves the text as it stands."""
    notice = Notice.objects.select_related("current_version", "procurement__organisation").get(pk=notice.pk)
    participants = list(approving.asked(notice))
    if not participants:
        return
    message = "Läs särskilt tiderna och vem som köper."
    approving.ask(notice, message=message, answer_by=at.date(), by=by, at=at - timedelta(days=1))
    for participant in participants:
        organisation = participant.organisation
        bosses = Membership.objects.active().filter(organisation=organisation, role__in=roles_that(Can.ADMINISTER))
        if boss := bosses.select_related("user").order_by("pk").first():
            approving.give(
                notice,
                organisation=organisation,
                verdict=Approval.Verdict.APPROVED,
                comment="",
                revision=notice.revision,
                by=boss.user,
                at=at,
            )


def place(notice: Notice, people: dict[str, User], *, at: datetime) -> None:
    """The coordinator of the neighbouring buyer writes and answers with the lead's team."""
    teaming.place(notice.procurement, user=people["samordnare"], role=TeamRole.EDITOR, by=people["upphandlare"], at=at)
