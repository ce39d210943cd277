"""Every model of the arena: which fields are about a person, who may see them, and how long its rows are kept (quality 4.4).

Code that exports, erases or disposes reads this table; a test fails for a model without a row, and for a field that is about
a person and not named. Names are text: `records` knows no other app. `seen_by` follows quality.md part 4.2: closed by default.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSON = "the person, administrators"
TEAM = "the members of the organisation"
NOBODY = "nobody: there is nothing about a person in it"
WITH_THE_PERSON = "until the person is erased"
WITH_ITS_PARENT = "as long as what it belongs to"
RECORD = "the authority's record: until its disposal rule fires; an erased person stays as a pseudonym"
PUBLIC = "published: for good"
REFERENCE = "as long as the arena: reference data"


@dataclass(frozen=True)
class Row:
    model: str  # "app.model"
    personal: tuple[str, ...]  # the fields that are about a person
    seen_by: str
    kept: str


def _row(model: str, personal: str = "", seen_by: str = NOBODY, kept: str = WITH_ITS_PARENT) -> Row:
    return Row(model, tuple(personal.split()), seen_by, kept)


ROWS = {
    row.model: row
    for row in (
        _row("accounts.user", "email name language zone password last_login", PERSON, WITH_THE_PERSON),
        _row("accounts.user_groups", "user", PERSON, WITH_THE_PERSON),
        _row("accounts.user_user_permissions", "user", PERSON, WITH_THE_PERSON),
        _row("accounts.calendarkey", "user", "the person", WITH_THE_PERSON),
        _row("accounts.termsacceptance", "user", PERSON, WITH_THE_PERSON),
        _row("accounts.dutyassignment", "user given_by", PERSON, WITH_THE_PERSON),
        _row(
            "accounts.organisation",
            "name registration_number buyer_verified_by",
            "all; a sole trader's number: its members",
            PUBLIC,
        ),
        _row("accounts.membership", "user", f"{TEAM}, administrators", WITH_THE_PERSON),
        _row("accounts.invitation", "email invited_by", f"{TEAM} who administer it", "a year after it expired"),
        _row("accounts.verificationrequest", "requested_by decided_by evidence", "the person, administrators", RECORD),
        _row("networks.network", "created_by", "the network's members", PUBLIC),
        _row("networks.networkmember", "asked_by invited_by decided_by message", "the network's leader", RECORD),
        _row("networks.networkpost", "author", "the network's members", WITH_ITS_PARENT),
        _row("networks.buyergroup", "created_by", "the group's participants", RECORD),
        _row("networks.participant", "signed_by message", "the group's participants", RECORD),
        _row("networks.participantchange", "by message", "the group's participants", RECORD),
        _row("networks.groupitem"),
        _row(
            "networks.letter",
            "sent_by signed_by signer_name signer_title declined_by text reason",
            "the organisation it is sent to, the group's lead",
            RECORD,
        ),
        _row("networks.lettervolume", kept=RECORD),
        _row("networks.costkey", "set_by", "those in the group who buy or may buy", RECORD),
        _row("procurements.procurement", "created_by concluded_by", "the procurement's team", RECORD),
        _row("procurements.teammember", "user added_by", "the procurement's team", RECORD),
        _row("procurements.notice", "contact_name contact_email edited_by closed_by", "the procurement's team", RECORD),
        _row(
            "procurements.noticeversion",
            "contact_name contact_email published_by",
            "all; who published: the team",
            PUBLIC,
        ),
        _row("procurements.lot", kept=PUBLIC),
        _row(
            "procurements.versionbuyer",
            "approved_by",
            "the organisation is public; the person: those who buy together",
            PUBLIC,
        ),
        _row("procurements.winner", kept=PUBLIC),
        _row("procurements.versiontext", kept=PUBLIC),
        _row("procurements.lotresult", kept=PUBLIC),
        _row("procurements.settledcontract", kept=PUBLIC),
        _row("procurements.contractwinner", kept=PUBLIC),
        _row("procurements.noticelink", kept=PUBLIC),
        _row("procurements.noticesearch"),
        _row("procurements.searchword", kept="until no notice has the word"),
        _row("procurements.keycount", kept="until it is counted again"),
        _row("procurements.changeepoch", kept=REFERENCE),
        _row(
            "procurements.interest",
            "registered_by withdrawn_by read_by message",
            "own organisation, the procurement's team; nor how many",
            RECORD,
        ),
        _row("procurements.asset"),
        _row("procurements.versionasset", kept=PUBLIC),
        _row("procurements.stage"),
        _row("procurements.versionstage", kept=PUBLIC),
        _row("procurements.document", "added_by", "the procurement's team", RECORD),
        _row("procurements.versiondocument", kept=PUBLIC),
        _row("procurements.unsaved", "user fields", "the person", "until the text is saved"),
        _row("procurements.review", "reviewer asked_by message comment", "the procurement's team", RECORD),
        _row("procurements.previewlink", "label made_by revoked_by", "the procurement's team", RECORD),
        _row(
            "procurements.comment", "by name text done_by", "the procurement's team, the reader with the link", RECORD
        ),
        _row("procurements.schedule", "set_by taken_back_by", "the procurement's team", RECORD),
        _row(
            "procurements.question",
            "asked_by text assigned_to assigned_by drafted_by declined_by",
            "own organisation, the procurement's team",
            RECORD,
        ),
        _row("procurements.answer", "published_by", "all; who published: the team", PUBLIC),
        _row("procurements.outcome", "recorded_by", "all; who recorded: the team", PUBLIC),
        _row("procurements.outcomewinner", "name", "all", PUBLIC),
        _row("procurements.feedback", "given_by text", "the supplier, the procurement's team", RECORD),
        _row("procurements.secrecydecision", "decided_by", "the procurement's team", RECORD),
        _row("procurements.release", "decided_by", "all; who decided: the team", PUBLIC),
        _row("procurements.procedureadvice", "answered_by", "the procurement's team", RECORD),
        _row("procurements.news", "message", "everyone: it points to a message that is public", PUBLIC),
        _row("procurements.news_answers", kept=PUBLIC),
        _row("procurements.approvalround", "asked_by message", "those who buy together", RECORD),
        _row("procurements.approval", "by", "those who buy together", RECORD),
        _row("procurements.versionvolume", kept=PUBLIC),
        _row(
            "procurements.calloff",
            "asked_by approved_by refused_by withdrawn_by message",
            "those who buy together; the public sees who joined",
            RECORD,
        ),
        _row("procurements.calloffvolume", kept=WITH_ITS_PARENT),
        _row("procurements.requirement", "created_by", "the participants", WITH_ITS_PARENT),
        _row("procurements.requirementstand", "by", "the participants", WITH_ITS_PARENT),
        _row("procurements.suppliermessage", "sent_by", "everyone; the sender: the team", PUBLIC),
        _row("networks.meeting", "minutes_by created_by cancelled_by", "the members or participants", WITH_ITS_PARENT),
        _row("networks.sharedfile", "added_by", "the members or participants", WITH_ITS_PARENT),
        _row("networks.grouptask", "person done_by created_by", "the participants", WITH_ITS_PARENT),
        _row(
            "networks.plan",
            "created_by",
            "whom its audience names; the writer: the organisation",
            "as long as the organisation",
        ),
        _row("networks.approach", "sent_by closed_by", "the two organisations", "three years"),
        _row("networks.approachmessage", "by text", "the two organisations", WITH_ITS_PARENT),
        _row("suppliers.supplierprofile", "changed_by", TEAM, "as long as the organisation"),
        _row("knowledge.article", "owner created_by", "editors", PUBLIC),
        _row("knowledge.articletext", "edited_by", "editors", PUBLIC),
        _row("knowledge.articleversion", "published_by", "editors", PUBLIC),
        _row("knowledge.articleslug", kept=PUBLIC),
        _row("knowledge.publication", "asked_by approved_by ended_by", "editors", PUBLIC),
        _row("knowledge.casefacts", "edited_by", "editors", PUBLIC),
        _row("knowledge.templatefile", "added_by", "editors", PUBLIC),
        _row("knowledge.templatefollower", "user", "the person alone", WITH_THE_PERSON),
        _row("knowledge.occasion", "edited_by", "editors", PUBLIC),
        _row("knowledge.attendance", "user needs", "editors", "a year after the event; what somebody needs: a month"),
        _row("knowledge.articlepicture", "added_by", "editors", PUBLIC),
        _row("knowledge.opinion", "comment dealt_with_by", "editors", "two years"),
        _row("knowledge.outsidelink"),
        _row("knowledge.linkuse"),
        _row("knowledge.articlesearch"),
        _row("knowledge.banner", "made_by", "editors", PUBLIC),
        _row("matchmaking.subscription", "person", "the person, or the members of the organisation", WITH_THE_PERSON),
        _row("matchmaking.receiver", "user", f"{TEAM}", WITH_THE_PERSON),
        _row("matchmaking.anchor"),
        _row("matchmaking.askedkey"),
        _row("matchmaking.lesson", "by", TEAM, WITH_ITS_PARENT),
        _row("matchmaking.attention", "user", "the person alone", WITH_THE_PERSON),
        _row("matchmaking.closingreminder", "user", "the person alone", WITH_THE_PERSON),
        _row("matchmaking.matchrun"),
        _row("matchmaking.matchfailure"),
        _row("matchmaking.newsrun"),
        _row("matchmaking.newsfailure"),
        _row("matchmaking.wordfrequency"),
        _row(
            "matchmaking.match", "dismissed_by", "those who receive the subscription; never the buyer", WITH_ITS_PARENT
        ),
        _row("notifications.event", kept="until nobody has its notification any more"),
        _row(
            "notifications.notification",
            "recipient reasons",
            "the person; support: its kind",
            "three years, or with the person",
        ),
        _row(
            "notifications.mail",
            "recipient address context",
            "administrators and support",
            "a year after it was settled",
        ),
        _row("notifications.mailitem"),
        _row("notifications.bounce", "address detail", "administrators, support", "a year"),
        _row("notifications.preference", "user", "the person", WITH_THE_PERSON),
        _row(
            "notifications.suppression",
            "address",
            "the person, administrators and support",
            "until the person allows mail again",
        ),
        _row("interchange.importedfile", kept="a year"),
        _row("interchange.unknowncode", kept="a year"),
        _row("interchange.changeof"),
        _row("interchange.seen", kept=PUBLIC),
        _row("interchange.upload", kept="until it is imported"),
        _row("interchange.source", kept=REFERENCE),
        _row("interchange.apikey", "owner name revoked_by", "its owner, administrators", WITH_THE_PERSON),
        _row("interchange.webhook", "owner", f"its owner, {TEAM} who administer it", WITH_THE_PERSON),
        _row("interchange.delivery", kept="90 days"),
        _row("interchange.dump", kept="35 days; the first of each month for good"),
        _row("files.storedfile", "uploaded_by", "those who may see what it belongs to", WITH_ITS_PARENT),
        _row("files.downloadcount", seen_by="the team of what the file belongs to; nobody's name is counted"),
        _row("taxonomy.code", kept=REFERENCE),
        _row("taxonomy.cpvcode", kept=REFERENCE),
        _row("taxonomy.region", kept=REFERENCE),
        _row("taxonomy.goal", kept=REFERENCE),
        _row("taxonomy.term", kept=REFERENCE),
        _row("taxonomy.everydayword", kept=REFERENCE),
        _row("records.auditevent", "actor ip_prefix", "administrators", "ten years; the person stands by number alone"),
        _row("records.auditseal", kept="as long as the event that it seals"),
        _row("records.pulse"),
        _row("records.job", "by", "the person, administrators", "a year"),
        _row(
            "records.keptpost",
            "user fields missing",
            "the person alone",
            "a week; a day after it was sent again",
        ),
        _row("records.keptfile", "name content", "the person alone", WITH_ITS_PARENT),
        _row("records.idempotencykey", "user", "nobody: the machine alone", "a week"),
    )
}
