"""What may be uploaded, said in one place: to the checks, to the browser and, before anything is chosen, to the reader."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MEGABYTE = 1_000_000
FILES_AT_ONCE = 10  # in one form: each may cost the checks some seconds
# What each of them must be like is decided by `files.sniffing.CHECKS`, under the same names.
EXTENSIONS = ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt", "csv", "png", "jpg", "jpeg", "zip")
ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)  # for the browser's own chooser of files
PICTURES = ("png", "jpg", "jpeg", "webp")  # where a page asks for a picture to show, and for nothing else
KINDS = _("PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT, CSV, PNG, JPEG and ZIP")


def most_megabytes() -> int:
    return int(settings.FILE_MAX_MEGABYTES)


def most_bytes() -> int:
    return most_megabytes() * MEGABYTE


def sentence(files: int = 1) -> str:
    """What a form says beside the button, in the reader's language. `files`: how many may be chosen at once."""
    return ngettext(
        "One file of at most %(megabytes)s MB. Accepted are %(kinds)s, without macros and without a password.",
        "Up to %(files)s files of at most %(megabytes)s MB each. Accepted are %(kinds)s, without macros and without passwords.",
        files,
    ) % {"files": files, "megabytes": most_megabytes(), "kinds": KINDS}
