"""The description of the API (OpenAPI 3.1), made from the views, and the same as rows for the page that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from interchange.api import deprecations, problems
from interchange.api.parameters import LANG

Described = dict[str, Any]
VERSION = "1.1.0"
PREFIX = "api/v1/"
VERBS = ("get", "post")
ABOUT = """What the arena has published, as data: notices with their whole chain, buyers, networks, plans and code lists.

Everything is in the public domain (CC0 1.0) and needs no account. Every error is a problem (RFC 9457). Lists go on with `next`.
Moments have an offset, and codes have labels in the language that is asked for."""


class Schema(AutoSchema):
    """What each view declares: parameters, the key it needs, and the problems it can answer with."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        return [*(one.described() for one in self.view.parameters), LANG.described()]

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"key": [self.view.scope]}] if self.view.scope else [{}, {"key": []}]

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix(f"/{PREFIX}").split("/")[0] or "start"]

    def get_operation(self, *arguments: Any, **named: Any) -> Described | None:
        operation = super().get_operation(*arguments, **named)
        if operation is not None:
            self._problems(operation)
            self._deprecated(operation)
        return operation

    def _problems(self, operation: Described) -> None:
        """Each status that can be answered, by its own name."""
        codes = [400, 401, 406, 429, 500, 503]
        codes += [404] if "{" in self.path else []
        codes += [403] if self.view.scope else []
        codes += [413, 415, 422] if self.method == "POST" else []
        content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for code in sorted(codes):
            said = str(problems.TYPES[problems.BY_STATUS[code]][1])
            operation["responses"][str(code)] = {"description": said, "content": content}
        if self.method == "GET" and not self.view.scope:
            operation["responses"]["304"] = {"description": "Nothing has changed since (`If-None-Match`)."}
        operation["responses"] = dict(sorted(operation["responses"].items()))

    def _deprecated(self, operation: Described) -> None:
        for one in deprecations.DEPRECATED:
            if one.view == f"api:{view_name(self.view)}" and not one.field:
                operation["deprecated"] = True
                operation["description"] += f"\n\nDeprecated since {one.since}; goes on {one.until}. {one.instead}"


def view_name(view: Any) -> str:
    from interchange.api.urls import urlpatterns

    return next(str(one.name) for one in urlpatterns if getattr(one.callback, "cls", None) is type(view))


def describe() -> Described:
    """The document. In English whatever language is asked for: it is read by programs, and by those who write them."""
    from django.utils import translation

    from interchange.api.shapes import Problem

    with translation.override("en"):
        generator: Any = SchemaGenerator(  # type: ignore[no-untyped-call]
            patterns=[path(PREFIX, include("interchange.api.urls"))]
        )
        found: Described = generator.get_schema(request=None, public=True)
        found["components"]["schemas"].setdefault("Problem", _component(Problem))
    found["info"] |= {
        "title": settings.NAME,
        "version": VERSION,
        "description": ABOUT,
        "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        "contact": {"email": settings.CONTACT_EMAIL},
    }
    found["servers"] = [{"url": settings.URL}]
    found["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key that you make under your profile: `arena_…`."}
    }
    _mark_fields(found)
    told: Described = _without_marks(found)
    return told


def _component(shape: type) -> Described:
    """A shape that no view answers with by itself."""
    return {
        "type": "object",
        "description": (shape.__doc__ or "").strip(),
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "parameter": {"type": "string", "description": "The parameter that is wrong."},
        },
        "required": ["type", "title", "status"],
    }


def _mark_fields(found: Described) -> None:
    for one in deprecations.DEPRECATED:
        for shape in found["components"]["schemas"].values() if one.field else ():
            if field := shape.get("properties", {}).get(one.field):
                field["deprecated"] = True


def _without_marks(said: Any) -> Any:
    """Without what the generator notes for itself."""
    if isinstance(said, dict):
        return {name: _without_marks(value) for name, value in said.items() if not name.startswith("x-spec-")}
    return [_without_marks(one) for one in said] if isinstance(said, list) else said


@cache
def description() -> Described:
    return describe()


# --- for people --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    name: str
    sort: str
    said: str
    leads_to: str = ""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    said: str
    scope: str
    parameters: list[Row]
    answers: str


def operations(found: Described) -> Iterator[Operation]:
    for address, verbs in found["paths"].items():
        for verb in VERBS:
            if operation := verbs.get(verb):
                needed = [scopes["key"] for scopes in operation.get("security", []) if scopes.get("key")]
                yield Operation(
                    id=operation["operationId"],
                    method=verb.upper(),
                    path=address,
                    summary=operation.get("summary", ""),
                    said=operation.get("description", ""),
                    scope=needed[0][0] if needed else "",
                    parameters=[_parameter(one) for one in operation.get("parameters", [])],
                    answers=_answers(operation),
                )


def shapes_of(found: Described) -> Iterator[tuple[str, str, list[Row]]]:
    for name, shape in found["components"]["schemas"].items():
        if "properties" in shape:
            rows = [_field(field, said) for field, said in shape["properties"].items()]
            yield name, shape.get("description", ""), rows


def _answers(operation: Described) -> str:
    for code in ("200", "201"):
        content = operation["responses"].get(code, {}).get("content", {})
        for one in content.values():
            return str(one["schema"].get("$ref", "")).rpartition("/")[2]
    return ""


def _parameter(said: Described) -> Row:
    return Row(said["name"], _sort(said["schema"])[0], said.get("description", ""))


def _field(name: str, said: Described) -> Row:
    sort, leads_to = _sort(said)
    return Row(name, sort, said.get("description", ""), leads_to)


def _sort(said: Described) -> tuple[str, str]:
    """In words: "list of Code, or null", and the shape that it leads to."""
    if "$ref" in said:
        name = said["$ref"].rpartition("/")[2]
        return name, name
    several = said.get("allOf") or said.get("oneOf") or said.get("anyOf")
    if several:
        found = [_sort(one) for one in several]
        return " or ".join(dict.fromkeys(sort for sort, _to in found)), next((to for _sort, to in found if to), "")
    if said.get("type") == "array":
        sort, leads_to = _sort(said.get("items", {}))
        return f"list of {sort}", leads_to
    if "enum" in said:
        return ", ".join("null" if one is None else str(one) for one in said["enum"]), ""
    sort = said.get("type", "anything")
    words = [
        said["format"] if said.get("format") and one == "string" else one
        for one in ([sort] if isinstance(sort, str) else sort)
    ]
    return " or ".join(words), ""
