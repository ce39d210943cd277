"""What the verbs of this app refuse. Each text is a whole sentence for the person who asked."""

from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Duty, Organisation, User, is_on_duty


class Refused(Exception):
    """The rule said no; str() of it is the sentence to show."""

    sentence = _("This cannot be done.")

    def __str__(self) -> str:
        return str(self.args[0] if self.args else self.sentence)


class NotYours(Refused):
    sentence = _("Only an administrator of the organisation can do this.")


class NotOnDuty(Refused):
    sentence = _("Only an administrator of the arena can do this.")


class LastAdministrator(Refused):
    sentence = _("There must always be one administrator. Make somebody else administrator first.")


def require_administrator(organisation: Organisation, user: User) -> None:
    if not Organisation.objects.of(user, Can.ADMINISTER).filter(pk=organisation.pk).exists():
        raise NotYours


def require_duty(user: User | None) -> None:
    """`None` is the arena itself: a command that somebody with the server's keys typed."""
    if user is not None and not is_on_duty(user, Duty.ADMIN):
        raise NotOnDuty
