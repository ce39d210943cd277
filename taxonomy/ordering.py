from django.db.models import F, Func, TextField
from django.db.models.expressions import Combinable


class SwedishOrder(Func):
    """Sorts text as Swedes (and, for å, nearly as Norwegians) expect: ..., z, å, ä (æ), ö (ø); é as e, ü as y.

    PostgreSQL may be built without ICU, so the letters are moved to the signs after z and compared as bytes.
    """

    template = "translate(lower(%(expressions)s), 'åäæöøéèü', '{||}}eey') COLLATE \"C\""

    def __init__(self, expression: str | Combinable) -> None:
        super().__init__(F(expression) if isinstance(expression, str) else expression, output_field=TextField())
