"""Asking the API as a program does."""

from datetime import UTC, datetime

from django.test import Client
from django.utils import timezone
from rest_framework import serializers

from interchange.api import keying

V1 = "/api/v1/"
PLAIN = {  # what stands in JSON for a field; text for the rest
    serializers.BooleanField: (bool,),
    serializers.IntegerField: (int,),
    serializers.FloatField: (int, float),
    serializers.ListField: (list,),
    serializers.DictField: (dict,),
    serializers.JSONField: (str, int, float, bool, list),
}


def ask(address, data=None, *, key="", client=None, method="get", **headers):
    """The answer to a request below /api/v1/, with a key where one is given."""
    if key:
        headers["authorization"] = f"Bearer {key}"
    client = client or Client()
    return getattr(client, method)(V1 + address, data or {}, headers=headers)


def key_of(user, *scopes, organisation=None, expires_at=None, at=None):
    """A key of the person: the row and the secret."""
    at = at or timezone.now()
    return keying.make(
        user, name="Skript", scopes=scopes or ["read"], organisation=organisation, expires_at=expires_at, at=at
    )


def problem(answer):
    """(status, the last word of the type), after checking that it is a problem as RFC 9457 has it."""
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["title"]
    return answer.status_code, said["type"].rpartition("/")[2]


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def held(shape, said, seen=None):
    """Every field that the shape describes stands in what was said, and no other, down to the innermost; `seen` gathers the shapes."""
    if seen is not None:
        seen.add(type(shape))
    assert set(said) == set(shape.fields), type(shape).__name__
    for name, field in shape.fields.items():
        where, value = f"{type(shape).__name__}.{name}", said[name]
        if isinstance(field, serializers.ListSerializer):
            for one in value:
                held(field.child, one, seen)
        elif value is None:
            assert field.allow_null, where
        elif isinstance(field, serializers.Serializer):
            held(field, value, seen)
        else:
            assert type(value) in next((plain for kind, plain in PLAIN.items() if isinstance(field, kind)), (str,)), (
                where
            )
            if isinstance(field, serializers.DateTimeField):
                assert datetime.fromisoformat(value).tzinfo, where
