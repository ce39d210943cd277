"""Notices in each state, what the team does around them, and what suppliers send."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from files.models import DownloadCount
from matchmaking import following
from notifications.models import Notification
from procurements import (
    answering,
    asking,
    closing,
    concluding,
    interest,
    previewing,
    reviewing,
    secrecy,
    teaming,
    writing,
)
from procurements.models import Notice, Procurement, Question, TeamRole
from tests import make
from tests.world.base import DOWNLOADS, DRAFT_TEXTS, World, canary


def coded_notice(world: World, code: str, **fields: Any) -> Any:
    made = make.notice(buyer=world.buyer, by=world.people["buyer_editor"], at=world.at, **fields)
    Notice.objects.filter(pk=made.pk).update(code=code)  # chance has no place in two worlds that must be alike
    Procurement.objects.filter(pk=made.procurement_id).update(ocid=f"{make.__name__}-{code}")
    made.refresh_from_db()
    return made


def notices(world: World, secret: str) -> None:
    keep, owner = world.things, world.people["buyer_editor"]
    assert owner is not None
    words = {name: f"{canary('draft' + name)} {secret}" for name in DRAFT_TEXTS}
    keep["draft"] = coded_notice(
        world,
        "draft222",
        published=False,
        contact_email="cnrydraftmail@example.org",
        value=987654321,
        currency="SEK",
        **words,
    )
    keep["published"] = coded_notice(world, "publ2222")
    keep["closed"] = coded_notice(world, "cxsed222", title="Ett stängt behov")
    keep["next"] = writing.go_on(keep["published"], kind="competition", by=owner, at=world.at)  # of the same chain
    Notice.objects.filter(pk=keep["next"].pk).update(code="next2222", title=f"{canary('nexttitle')} {secret}")
    keep["next"].refresh_from_db()
    # A text that the team works on, over a version that everybody reads.
    keep["published"].problem = f"{canary('workingtext')} {secret}"
    keep["published"].title = f"{canary('workingtitle')} {secret}"
    keep["published"].save()
    closing.close(keep["closed"], by=owner, at=world.at, reason="Behovet är löst.")
    keep["closed"].refresh_from_db()
    motive = f"{canary('secrecymotive')} {secret}"
    secrecy.decide(
        keep["published"].procurement, ground="osl-31-16", valid_until=None, motive=motive, by=owner, at=world.at
    )


def parts(world: World, secret: str) -> None:
    """Documents, assets and stages: of a draft, of what is public, and of the text that is worked on over it."""
    keep, owner = world.things, world.people["buyer_editor"]
    keep["files"] = {}
    for place, state in enumerate(("draft", "published", "closed", "working")):
        notice = keep["published" if state == "working" else state]
        words = f"{canary(state + 'document')} {secret}" if state in ("draft", "working") else f"Bilaga {state}"
        file = make.stored_file(
            id=UUID(int=place + 1, version=4), name=f"{words}.pdf", uploaded_by=owner, uploaded_at=world.at
        )
        row = {"position": place, "lineage": file.pk, "title": words, "file": file}
        notice.documents.create(**row, added_by=owner, added_at=world.at)
        if state in ("published", "closed"):
            notice.current_version.documents.create(**row)
        keep["files"][state] = file
    DownloadCount.objects.create(file=keep["files"]["published"], on=world.at.date(), count=DOWNLOADS + len(secret))
    asset = {"position": 0, "name": f"{canary('asset')} {secret}", "motive": f"{canary('motive')} {secret}"}
    keep["draft"].assets.create(**asset, origin="result", level="own")
    keep["draft"].stages.create(
        position=0, name=f"{canary('stage')} {secret}", decision=f"{canary('decision')} {secret}"
    )


def drafting(world: World, secret: str) -> None:
    """Around the draft: a colleague off the team reads it, somebody without an account has a link, another colleague answers."""
    keep, owner, draft, at = world.things, world.person("buyer_editor"), world.draft, world.at
    reader = world.person("buyer_reader")
    reviewing.ask(draft, reviewer=reader, message=f"{canary('reviewmessage')} {secret}", by=owner, at=at)
    keep["remark"] = reviewing.comment(draft, field="title", text=f"{canary('remark')} {secret}", by=owner, at=at)
    label = f"{canary('previewlabel')} {secret}"
    keep["preview"], keep["preview_secret"] = previewing.create(draft, label=label, days=7, by=owner, at=at)
    text = f"{canary('previewremark')} {secret}"
    previewing.comment(keep["preview"], name="Brukarrådet", field="", text=text, at=at)
    colleague = make.member(world.buyer, name="Person colleague", email="colleague@example.org")
    keep["seat"] = teaming.place(draft.procurement, user=colleague, role=TeamRole.ANSWERER, by=owner, at=at)


def interests(world: World, number: int, secret: str) -> None:
    """The first is the supplier's own; the others are of organisations that both worlds have."""
    crowd = [make.supplier(name=f"{canary('crowd')} {letter} AB", slug=f"bolag-{letter}") for letter in "abcdefg"]
    writers = [make.member(one, name=f"Skribent {place}") for place, one in enumerate(crowd)]
    world.things["crowd"] = crowd
    if not number:
        return
    pairs = [(world.supplier, world.person("supplier_editor")), *zip(crowd, writers, strict=True)][:number]
    for notice in (world.published, world.closed):
        Notice.objects.filter(pk=notice.pk).update(closed_at=None, closed_as="", closed_reason="")
        for place, (organisation, by) in enumerate(pairs):
            interest.register(
                notice.procurement,
                organisation=organisation,
                level="meeting",
                message=f"{canary('interest')}{place} {secret}",
                by=by,
                at=world.at + timedelta(minutes=place),
            )
    Notice.objects.filter(pk=world.closed.pk).update(
        closed_at=world.closed.closed_at, closed_as=world.closed.closed_as, closed_reason=world.closed.closed_reason
    )
    for _organisation, by in pairs:  # who is interested follows it, too
        for notice in (world.published, world.closed):
            following.follow(notice.procurement, by=by, at=world.at)
    world.things["seen"] = world.published.procurement.interests.order_by("received_at")[0]
    for answered in world.published.procurement.interests.exclude(organisation=world.supplier):
        text = f"{canary('feedback')} {secret}"
        concluding.answer(answered, text=text, by=world.person("buyer_editor"), at=world.at)
    lines = Notification.objects.filter(recipient=world.people["buyer_editor"], event__kind="interest")
    world.things["line"] = lines.order_by("pk").first()


def questions(world: World, number: int, secret: str) -> None:
    """Of the published need: `number` that wait (with a draft), one declined among them, and one that everybody reads."""
    keep, owner = world.things, world.person("buyer_editor")
    asker = make.member(keep["crowd"][0], name=f"{canary('asker')} {secret}")

    def ask(text: str, minutes: int, organisation: Any = keep["crowd"][0], by: User = asker) -> Question:
        at = world.at + timedelta(minutes=minutes)
        return asking.ask(keep["published"], organisation=organisation, text=text, by=by, at=at)

    def draft(question: Question, text: str, answer: str) -> Question:
        return answering.draft(question, question_text=text, answer=answer, revision=1, by=owner, at=world.at)

    for place in range(number):
        question = ask(f"{canary('question')}{place} {secret}", place)
        if place == 1:
            reason = f"{canary('declinereason')} {secret}"
            answering.decline(question, reason=reason, by=owner, at=world.at)
        if place == 2:
            keep["drafted"] = draft(
                question, f"{canary('questiondraft')} {secret}", f"{canary('answerdraft')} {secret}"
            )
    if number:  # the supplier's own
        keep["question"] = ask("Räknas trappor?", 8, world.supplier, world.person("supplier_editor"))
    keep["answered"] = draft(ask(f"{canary('question')} {secret}", 9), "Gäller det trappor?", "Ja, även trappor.")
    answering.release([keep["answered"]], by=owner, at=world.at + timedelta(minutes=15))
