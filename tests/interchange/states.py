"""What stands in the database after imports, in words that do not depend on the order in which rows were made."""

from django.apps import apps
from django.db import connection

from accounts.models import Organisation
from interchange.models import ChangeOf, UnknownCode
from procurements.models import Notice, NoticeSearch

SURROGATE = {"id", "pk", "notice", "version", "contract", "organisation", "code", "current_version", "procurement"}
ROWS = ("lots", "texts", "buyers", "lot_results", "contracts", "winners")


def everything():
    """Row count and newest transaction of every table: equal before and after means that nothing was written."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*), md5(string_agg(xmin::text || t::text, '|' ORDER BY t::text)) FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


def columns(row):
    """Every column but keys, and whom it names."""
    found = {}
    for field in row._meta.concrete_fields:
        if field.name not in SURROGATE or (field.name == "code" and row._meta.model_name != "notice"):
            found[field.name] = getattr(row, field.attname)
    if hasattr(row, "organisation_id"):
        found["organisation"] = body(row.organisation)
    return found


def body(organisation):
    return organisation.country, organisation.registration_number, organisation.name


def told():
    """{BT-701: all that is known of that notice}, the unknown codes, the organisations."""
    notices = Notice.objects.select_related("procurement__organisation", "current_version").prefetch_related(
        "versions", "links__earlier", *(f"versions__{name}" for name in ROWS), "versions__contracts__winners"
    )
    search = {row.notice_id: row for row in NoticeSearch.objects.all()}
    changes = {row.version_id: (row.reference, row.cancels) for row in ChangeOf.objects.all()}
    names = dict(notices.values_list("pk", "source_id"))
    together = {}
    for notice in notices:
        together.setdefault(notice.procurement_id, set()).add(notice.source_id)
    found = {}
    for notice in notices:
        row = search[notice.pk]
        found[notice.source_id] = {
            **columns(notice),
            "procurement": (notice.procurement.source_id, notice.procurement.source, together[notice.procurement_id]),
            "lead": body(notice.procurement.organisation),
            "links": {(link.reference, names.get(link.earlier_id)) for link in notice.links.all()},
            "search": (row.kind, row.deadline_at, row.closed_at, row.published_at),
            "keys": sorted(key for key in row.keys if not key.startswith("B:")),
            "current": notice.current_version.number,
            "versions": {version.number: version_told(version, changes) for version in notice.versions.all()},
        }
    codes = set(UnknownCode.objects.values_list("list", "code", "times"))
    bodies = {body(one) for one in Organisation.objects.all()}
    return found, codes, bodies


def version_told(version, changes):
    rows = {name: [columns(row) for row in getattr(version, name).all()] for name in ROWS}
    for contract, row in zip(version.contracts.all(), rows["contracts"], strict=True):
        row["winners"] = [body(winner.organisation) for winner in contract.winners.all()]
    rows["winners"].sort(key=str)
    return {**columns(version), **rows, "change": changes.get(version.pk)}
