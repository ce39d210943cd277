"""What a key opens: the owner's suggestions, and handing in notices."""

from __future__ import annotations

from typing import IO, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import is_on_duty
from interchange import receiving
from interchange.api import cursors, facts, keying, parameters, shapes
from interchange.api.base_views import ApiView
from interchange.api.problems import Problem
from interchange.eforms.document import MAX_BYTES
from interchange.models import ApiKey, ImportedFile, Outcome, Scope
from interchange.unpacking import Found
from matchmaking.models import Match
from matchmaking.reasons import sentences, with_labels

SOURCE = "upload"


class MatchList(ApiView):
    scope = Scope.MATCHES
    parameters = (parameters.cursor(cursors.FORM), parameters.size(100, 25))

    @extend_schema(
        operation_id="list_matches",
        summary="Read what was suggested to you",
        description="What the start page calls suggested for you, with the reasons, the newest first. A key that was made "
        "for an organisation shows what that organisation's offer found. Needs the scope `matches`.",
        responses=shapes.Matches,
    )
    def get(self, request: Request) -> Response:
        assert self.key is not None
        at, kind = timezone.now(), f"matches {self.key.pk}"
        rows = suggested(self.key).order_by("-pk")
        if cursor := self.asked.get("cursor"):
            [before] = cursors.read(kind, cursor, of=(int,))
            rows = rows.filter(pk__lt=before)
        size = self.asked.get("size", 25)
        found = list(rows[: size + 1])
        shown = found[:size]
        items = [
            {
                "notice": notice,
                "score": match.score,
                "reasons": sentences(reasons, self.language),
                "subscription": match.subscription.name,
                "suggested_at": facts.moment(match.created_at, self.key.owner.zone),
            }
            for match, notice, reasons in zip(
                shown,
                facts.listed([match.version.notice for match in shown], self.language, at=at),
                with_labels([match.hits for match in shown], [self.language]),
                strict=True,
            )
        ]
        return Response({"next": cursors.write(kind, shown[-1].pk) if len(found) > size else None, "items": items})


def suggested(key: ApiKey) -> Any:
    """As the page shows it to the owner; of one organisation's offer alone where the key is for that organisation."""
    matches = Match.objects.best_for(key.owner)
    if key.organisation_id:
        matches = Match.objects.current().filter(subscription__organisation=key.organisation_id)
    return (
        matches.suggested()
        .without_muted(key.owner)
        .select_related(
            "version__notice__current_version",
            "version__notice__procurement__organisation",
            "version__notice__procurement__buyer_group",
            "subscription",
        )
    )


class Xml(BaseParser):
    media_type = "application/xml"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Problem("too-large", _("No notice has more than 10 MB."))
        return content


class TextXml(Xml):
    media_type = "text/xml"


class ImportCreate(ApiView):
    scope = Scope.IMPORT
    parser_classes = [Xml, TextXml]

    @extend_schema(
        operation_id="import_notice",
        summary="Hand in a notice",
        description="One notice as eForms XML, as on the page for imports. The same notice again changes nothing and is no "
        "error. Needs the scope `import`, and an owner who may import.",
        request={"application/xml": OpenApiTypes.BINARY, "text/xml": OpenApiTypes.BINARY},
        responses={200: shapes.Imported, 201: shapes.Imported},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        assert self.key is not None
        if not is_on_duty(self.key.owner, *keying.IMPORTERS):
            raise Problem("not-allowed", _("The owner of the key may not import any more."))
        if request.content_type.split(";")[0].strip().lower() not in (Xml.media_type, TextXml.media_type):
            raise Problem("unsupported-type", _("Send application/xml or text/xml."))
        content = request.data if isinstance(request.data, bytes) else b""
        row = hand_in(content, self.key)
        if row.version is None:
            sentence = _(row.reason) if row.reason else ""
            raise Problem("not-readable", sentence, found=row.detail)
        notice = row.version.notice
        said = {"outcome": row.outcome, "notice": facts.reference(notice), "version": row.version.number}
        return Response(said, status=201 if row.outcome == Outcome.NEW else 200)


def hand_in(content: bytes, key: ApiKey) -> ImportedFile:
    """The same as an upload of one file: a job, and a row that says what became of it."""
    found = [Found(f"api-{key.beginning}.xml", content)]
    job = receiving.receive(found, source=SOURCE, at=timezone.now(), by=key.owner)
    return ImportedFile.objects.select_related("version__notice__current_version").get(job=job)
