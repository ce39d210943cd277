"""The shapes of the answers: what the description says of them. The facts are made elsewhere; a test holds both together."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from interchange.api.facts import STATES
from interchange.models import Outcome
from procurements.models import Closing, Phase

Shape = s.Serializer[Any]  # fields named as attributes of the framework's own are ignored by the type checker


def text(said: str = "", *, null: bool = False) -> s.CharField:
    return s.CharField(help_text=said, allow_null=null)


def when(said: str = "") -> s.DateTimeField:
    """ISO 8601 with an offset; null where there is none."""
    return s.DateTimeField(help_text=said or "ISO 8601 with an offset.", allow_null=True)


class Code(Shape):
    """A code of a list, with its label in the reader's language. An unknown code is its own label."""

    code = text()
    label = text()  # type: ignore[assignment]


class Goal(Shape):
    """A goal of Agenda 2030."""

    number = s.IntegerField()
    label = text()  # type: ignore[assignment]


class Money(Shape):
    """Without VAT, in whole units of the currency."""

    amount = s.FloatField()
    currency = text("ISO 4217.")


class OrganisationReference(Shape):
    """An organisation. `number` is null where it is not known, or personal."""

    id = s.IntegerField(help_text="What the filter `buyer` asks for.")
    slug = text("Names it in addresses.")
    name = text()
    country = text("ISO 3166-1 alpha-2.")
    number = text("The organisation number, as its country writes it.", null=True)
    address = s.URLField(help_text="Its page.")
    api_address = s.URLField()


class NoticeReference(Shape):
    """Another notice."""

    code = text("Eight letters and digits that never change.")
    kind = Code()
    title = text()
    language = text("Of the texts: ISO 639-1.")
    published_at = when("When its current version was published.")
    address = s.URLField(help_text="Its page, for people. The words in it may change; it never stops working.")
    api_address = s.URLField(help_text="The whole notice, as data.")


class NoticeShort(NoticeReference):
    """A notice, as lists have it."""

    ocid = text("Of the procurement, in the Open Contracting Data Standard: the same for all its notices.")
    phase = s.ChoiceField(choices=list(Phase.values))
    state = s.ChoiceField(choices=list(STATES), help_text="`closed` includes what is past its deadline, and awards.")
    summary = text(null=True)
    procedure = Code(allow_null=True, help_text="BT-105.")
    nature = Code(allow_null=True, help_text="BT-23.")
    cpv = Code(many=True, help_text="The main one first.")
    regions = Code(many=True, help_text="NUTS.")
    goals = Goal(many=True)
    value = Money(allow_null=True, help_text="BT-27.")
    deadline_at = when(
        "Of tenders, requests or answers, by kind; the last that a lot has. With the offset of the buyer's zone on that day."
    )
    time_zone = text("The zone in which the buyer means its times.")
    version = s.IntegerField(help_text="The number of its current version.")
    buyer = OrganisationReference(help_text="Who answers for the procurement.")
    is_joint = s.BooleanField(help_text="Several buyers buy together, as a group of this arena.")
    innovation_level = s.ChoiceField(
        choices=["A", "B", "C"],
        allow_null=True,
        help_text="A: the buyer says that it is innovation. B: strong signs. C: some signs. null: none.",
    )
    source = text("The system that it was read from; null for what was written here.", null=True)  # type: ignore[assignment]


class Text(Shape):
    """The same notice in a further language."""

    language = text()
    title = text()
    summary = text(null=True)
    description = text(null=True)


class Volume(Shape):
    item = text()
    unit = text()
    volume = s.FloatField()


class Buyer(Shape):
    """Who buys, as the version tells it."""

    organisation = OrganisationReference()
    role = s.ChoiceField(choices=["lead", "buyer", "option", "observer"])
    is_lead = s.BooleanField(allow_null=True, help_text="null where the notice does not say who leads.")
    volumes = Volume(many=True)
    awards_for_others = s.BooleanField(allow_null=True, help_text="OPP-051.")
    acquires_to_resell = s.BooleanField(allow_null=True, help_text="OPP-052.")
    legal_type = Code(allow_null=True, help_text="BT-11.")
    activity = Code(allow_null=True, help_text="BT-10, BT-610.")
    profile_url = text("BT-508.", null=True)


class Aims(Shape):
    strategic = Code(many=True, help_text="BT-06.")
    innovation = Code(many=True, help_text="BT-776.")
    environment = Code(many=True, help_text="BT-774.")
    social = Code(many=True, help_text="BT-775.")
    gpp = Code(many=True, help_text="BT-805.")


class Lot(Aims):
    identifier = text("BT-137.")
    is_part = s.BooleanField()
    title = text(null=True)
    description = text(null=True)
    nature = Code(allow_null=True)
    cpv = Code(many=True)
    regions = Code(many=True)
    strategic_text = text("BT-777.", null=True)
    value = Money(allow_null=True)
    framework_maximum = Money(allow_null=True, help_text="BT-271.")
    framework = text("BT-765.", null=True)
    dps = text("BT-766.", null=True)
    is_eu_funded = s.BooleanField(allow_null=True)
    fits_small_firms = s.BooleanField(allow_null=True)
    variants = text("BT-63.", null=True)
    terms = text("BT-70.", null=True)
    documents_url = text(null=True)
    submission_url = text(null=True)
    deadline_at = when("May be earlier than the notice's: that is the last of its lots'. Of two stages the first.")
    tenders_until = when("BT-131.")
    requests_until = when("BT-1311.")
    expressions_until = when("BT-630.")
    answers_until = when("BT-800.")
    questions_until = when("BT-13.")
    starts_on = s.DateField(allow_null=True, help_text="BT-536.")
    duration = s.IntegerField(allow_null=True, help_text="BT-36.")
    duration_unit = text("BT-36: `DAY`, `WEEK`, `MONTH`, `YEAR`.", null=True)
    award_criteria = s.ListField(child=s.CharField(), help_text="BT-539.")
    accessibility = text("BT-754.", null=True)
    has_auction = s.BooleanField(allow_null=True, help_text="BT-767.")
    anywhere = text("BT-727.", null=True)


class Stage(Shape):
    name = text()
    starts_on = s.DateField(allow_null=True)
    ends_on = s.DateField(allow_null=True)
    max_cost = Money(allow_null=True)
    suppliers = s.IntegerField(allow_null=True)
    decision = text(null=True)


class Asset(Shape):
    """An intellectual asset, and what the buyer needs to do with it."""

    name = text()
    origin = Code()
    level = Code()
    motive = text(null=True)


class Document(Shape):
    title = text()
    name = text("Of its file.")
    type = text()
    size = s.IntegerField(help_text="Bytes.")
    sha256 = text()
    since = when()
    address = s.URLField(allow_null=True, help_text="null while the virus scan is waited for.")


class Answer(Shape):
    number = s.IntegerField()
    question = text()
    answer = text()
    language = text()
    published_at = when()
    correction = text("Why it was corrected.", null=True)


class Link(Shape):
    relation = s.ChoiceField(choices=["earlier", "later"])
    reference = text("As the notice gives it.", null=True)
    notice = NoticeReference(allow_null=True, help_text="null when the arena does not have it.")


class VersionReference(Shape):
    number = s.IntegerField()
    published_at = when()
    reason = text("Why it was changed.", null=True)
    is_minor = s.BooleanField(help_text="Spelling or layout only.")
    address = s.URLField()
    api_address = s.URLField()


@extend_schema_field({"description": "Text, number, list or null, as the field is."})
class Anything(s.JSONField):
    pass


class FieldChange(Shape):
    field = text("The field, or `documents`, `stages`, `assets`, `buyers`, which are lists of lines.")
    label = text()  # type: ignore[assignment]
    before = Anything(help_text="null too where it is a person's name or mail address.")
    after = Anything()


class Version(VersionReference):
    """A publication, with what it changed in the one before."""

    changes = FieldChange(many=True)


class Versions(Shape):
    items = Version(many=True, help_text="The newest first.")


def end_fields() -> dict[str, s.Field[Any, Any, Any, Any]]:
    return {
        "as": s.ChoiceField(choices=list(Closing.values)),
        "at": when(),
        "reason": text(),
        "code": Code(allow_null=True, help_text="BT-144."),
    }


class End(Shape):
    """How it ended before its time. A notice that was withdrawn stays at its address, with this."""

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:  # `as` is a word of Python's
        return end_fields()


class Chosen(Shape):
    name = text()
    organisation = OrganisationReference(allow_null=True)
    value = Money(allow_null=True)
    is_small = s.BooleanField(allow_null=True, help_text="Fewer than 250 employed; null: not known.")
    is_new = s.BooleanField(allow_null=True, help_text="Had not sold to this buyer before; null: not known.")


class NoticeOutcome(Shape):
    result = Code()
    code = Code(allow_null=True, help_text="BT-144.")
    text = text()
    language = s.CharField()
    tenders = s.IntegerField(allow_null=True)
    decided_on = s.DateField(allow_null=True)
    recorded_at = s.DateTimeField(allow_null=True)
    correction = s.CharField(allow_null=True)
    winners = Chosen(many=True)


class Won(Shape):
    """A supplier that an imported award names."""

    organisation = OrganisationReference()
    value = Money(allow_null=True)


class Result(Shape):
    identifier = text()
    lot = text(null=True)
    code = text("BT-142.", null=True)
    reason = text("BT-144.", null=True)
    tenders = s.IntegerField(allow_null=True)


class Contract(Shape):
    identifier = text()
    reference = text(null=True)
    title = text(null=True)
    lots = s.ListField(child=s.CharField())
    concluded_on = s.DateField(allow_null=True)
    value = Money(allow_null=True)
    winners = OrganisationReference(many=True)


class Reason(Shape):
    code = text("The field or rule that says it.")
    text = s.CharField()
    found = s.CharField(allow_null=True)


class Origin(Shape):
    """What the system that it was read from calls it."""

    notice = text("BT-701.")
    version = text("BT-757.", null=True)
    procedure = text("BT-04.", null=True)
    publication_number = text("OPP-010.", null=True)
    subtype = text("OPP-070.", null=True)
    notice_type = text("BT-02.", null=True)
    legal_basis = text("BT-01.", null=True)
    sdk = text(null=True)
    dispatched_at = when("BT-05.")


class NoticeWhole(NoticeShort, Aims):
    """Everything that is published of a notice. Persons' names and mail addresses stand on its page alone."""

    problem = text(null=True)
    affected = text(null=True)
    cost_today = text(null=True)
    desired_effect = text(null=True)
    tried = text(null=True)
    description = text(null=True)
    participation = text(null=True)
    exit_rule = text(null=True)
    reference = text("BT-22.", null=True)
    languages = Text(many=True)
    questions_until = when()
    planned_on = s.DateField(allow_null=True, help_text="BT-127.")
    price_cap = Money(allow_null=True)
    framework_maximum = Money(allow_null=True, help_text="BT-271.")
    result_value = Money(allow_null=True, help_text="BT-161.")
    result_maximum = Money(allow_null=True, help_text="BT-118.")
    change_reasons = Code(many=True, help_text="BT-140.")
    goal_targets = s.ListField(child=s.CharField(allow_blank=True), help_text="One for each of `goals`.")
    documents_url = text(null=True)
    submission_url = text(null=True)
    buyers = Buyer(many=True)
    lots = Lot(many=True)
    stages = Stage(many=True)
    assets = Asset(many=True)
    documents = Document(many=True)
    answers = Answer(many=True, help_text="Questions that suppliers asked, with the buyer's answers.")
    chain = NoticeReference(many=True, help_text="All notices of the procurement, the oldest first.")
    links = Link(many=True)
    versions = VersionReference(many=True)
    end = End(allow_null=True)
    outcome = NoticeOutcome(allow_null=True)
    winners = Won(many=True)
    results = Result(many=True)
    contracts = Contract(many=True)
    innovation_reasons = Reason(many=True)
    origin = Origin(allow_null=True)
    ocds_address = s.URLField()


class Page(Shape):
    """`next` asks for the page after this one; null on the last."""

    next = text(null=True)


class Notices(Page):
    """`total` is near the truth, and no more, where `is_exact` is false."""

    total = s.IntegerField()
    is_exact = s.BooleanField()
    items = NoticeShort(many=True)


class Changes(Shape):
    """`next` is never null: keep it, and ask with it for what comes after. `has_more` says that there is more already."""

    next = text()
    has_more = s.BooleanField()
    items = NoticeShort(many=True)


class NetworkReference(Shape):
    id = s.IntegerField(help_text="What the filter `network` asks for.")
    slug = text()
    name = text()
    subject = text()
    goals = Goal(many=True)
    is_archived = s.BooleanField()
    address = s.URLField()
    api_address = s.URLField()


class OrganisationWhole(OrganisationReference):
    """A buyer, as everyone may know it."""

    kind = Code()
    region = Code(allow_null=True, help_text="NUTS.")
    website = text(null=True)
    description = text(null=True)
    inhabitants = s.IntegerField(allow_null=True)
    is_verified_buyer = s.BooleanField()
    notices_address = s.URLField(help_text="All notices that name it as a buyer.")


class OrganisationInNetworks(OrganisationWhole):
    networks = NetworkReference(many=True)


class Organisations(Page):
    items = OrganisationWhole(many=True)


class Member(Shape):
    organisation = OrganisationReference()
    role = Code()


class Network(NetworkReference):
    description = text(null=True)
    plan = text(null=True)
    members = Member(many=True)


class Networks(Page):
    items = NetworkReference(many=True)


class Plan(Shape):
    """What a buyer thinks of procuring: looser than a need."""

    title = text()
    text = s.CharField(allow_null=True)
    quarter = s.CharField(help_text="2027-Q2.")
    organisation = OrganisationReference()
    cpv = Code(many=True)
    regions = Code(many=True)
    goals = Goal(many=True)
    wants_partners = s.BooleanField()
    address = s.URLField()


class Plans(Page):
    items = Plan(many=True)


class CodeList(Shape):
    name = text()
    codes = s.IntegerField()
    api_address = s.URLField()


class CodeLists(Shape):
    items = CodeList(many=True)


class Labels(Shape):
    sv = text()
    nb = text()
    en = text()


class ListedCode(Shape):
    code = text()
    labels = Labels()
    parent = text(null=True)  # type: ignore[assignment]
    retired = text("The last edition that had it; null while it is in use.", null=True)


class Codes(Page):
    name = text()
    items = ListedCode(many=True)


class Match(Shape):
    """A suggestion, with why."""

    notice = NoticeShort()
    score = s.IntegerField(help_text="0 to 100.")
    reasons = s.ListField(child=s.CharField())
    subscription = text("What found it: the name of the offer or of the saved search.")
    suggested_at = when()


class Matches(Page):
    items = Match(many=True)


class Imported(Shape):
    """What became of a notice that was handed in. The same notice again is `unchanged`."""

    outcome = s.ChoiceField(choices=[Outcome.NEW.value, Outcome.CHANGED.value, Outcome.UNCHANGED.value])
    notice = NoticeReference()
    version = s.IntegerField()


class Problem(Shape):
    """RFC 9457. `type` never changes its meaning; `title` and `detail` are in the reader's language."""

    type = s.URLField()
    title = text()
    status = s.IntegerField()
    detail = s.CharField(required=False)
    parameter = s.CharField(required=False, help_text="The parameter that is wrong.")


class Start(Shape):
    """Where to go from here."""

    name = text()
    version = text()
    license = s.URLField()
    description = s.URLField()
    documentation = s.URLField()
    addresses = s.DictField(child=s.URLField())
