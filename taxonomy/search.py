from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import F, Func

DICTIONARIES = {"label_sv": "swedish", "label_nb": "norwegian", "label_en": "english"}


def labels_vector() -> Func[Any]:
    """The lexemes of a code's three labels, each by its own language's dictionary.

    Django's SearchVector casts and wraps its columns in ways that a generated column may not (they are not immutable).
    """
    vectors = [
        Func(F(column), template=f"to_tsvector('{dictionary}'::regconfig, %(expressions)s)")
        for column, dictionary in DICTIONARIES.items()
    ]
    return Func(*vectors, template="(%(expressions)s)", arg_joiner=" || ", output_field=SearchVectorField())
