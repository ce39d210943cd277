from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NoContextWords:
    """Refuses passwords built on words that anyone would try here (ASVS 6.2.11)."""

    words = ("arena", "arenan", "upphandling", "anskaffelse", "procurement", "innovation", "innovasjon")

    def validate(self, password: str, user: object | None = None) -> None:
        bare = "".join(letter for letter in password.lower() if letter.isalpha())
        for word in (*self.words, settings.NAME.lower()):
            bare = bare.replace(word, "")
        if len(bare) < 4 and any(word in password.lower() for word in self.words):
            raise ValidationError(_("Choose a password that is not built on a word of this site."), code="context_word")

    def get_help_text(self) -> str:
        return _("Do not build it on the name of this site or what it is about.")
