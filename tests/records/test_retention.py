import re

from django.apps import apps
from django.conf import settings
from django.db import models

from records import retention

ABOUT_A_PERSON = re.compile(
    r"(^|_)(email|phone|telephone|address|contact_name|contact_email|message|evidence|ip|ip_prefix|person)$"
)


def our_models():
    rooms = {name for name in settings.INSTALLED_APPS if (settings.BASE_DIR / name / "apps.py").exists()}
    return {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in rooms
    }


def is_personal(field):
    to_a_person = field.is_relation and field.related_model is apps.get_model(settings.AUTH_USER_MODEL)
    return bool(to_a_person or isinstance(field, models.EmailField) or ABOUT_A_PERSON.search(field.name))


def test_every_model_has_a_row_and_every_row_a_model():
    assert set(retention.ROWS) == set(our_models())


def test_every_field_that_is_about_a_person_is_named():
    unnamed = {
        f"{label}.{field.name}"
        for label, model in our_models().items()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if is_personal(field) and label in retention.ROWS and field.name not in retention.ROWS[label].personal
    }
    assert unnamed == set()


def test_every_field_that_is_named_is_there():
    for label, row in retention.ROWS.items():
        there = {field.name for field in our_models()[label]._meta.local_fields}
        assert set(row.personal) <= there, label


def test_every_row_says_who_may_see_what_is_personal_and_how_long_it_is_kept():
    for row in retention.ROWS.values():
        assert row.kept
        assert not row.personal or row.seen_by != retention.NOBODY
