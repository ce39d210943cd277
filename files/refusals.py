"""Why a file is not accepted: a code for the log and the tests, a sentence for the person, with what to do instead."""

from django.utils.translation import gettext_lazy as _

from files import limits

SENTENCES = {
    "empty": _("The file is empty. Choose the file that has the content."),
    "too-big": _("The file is larger than %(megabytes)s MB. Make it smaller, or divide it into several files."),
    "name-empty": _("The file has no name before its ending. Give it a name and choose it again."),
    "name-long": _("The file's name is longer than 200 characters. Give it a shorter name and choose it again."),
    "name-characters": _(
        "The file's name has a character that cannot be seen or that turns text around. Rename the file and choose it again."
    ),
    "name-path": _("The file's name has a slash, a backslash or a colon. Rename the file and choose it again."),
    "name-ending": _(
        "The file's name begins or ends with a dot or a space. Rename the file so that it ends like “.pdf”, and choose it again."
    ),
    "name-reserved": _("Windows keeps this name for itself. Rename the file and choose it again."),
    "name-double": _(
        "The file's name has the ending of a program in the middle. Rename the file so that it has one ending alone."
    ),
    "type": _("Files of this kind are not accepted. Accepted are %(kinds)s."),
    "mismatch": _(
        "The content of the file is not what its name says. Open it in the program that made it, save it anew and choose it again."
    ),
    "polyglot": _(
        "The file has something more in it than its name says. Open it in the program that made it, save it anew and choose it again."
    ),
    "active": _(
        "The document has macros, scripts or links that run by themselves. Save it without them, or print it to a new PDF."
    ),
    "embedded": _(
        "The document has another file or a program inside it. Take it out, and upload it by itself if it is needed."
    ),
    "encrypted": _(
        "The file is locked with a password or with restrictions, so that it cannot be checked. Save a copy without them."
    ),
    "bomb": _("The file would unpack to far more than its size lets expect. Divide it, or save it in a simpler way."),
    "nested": _("The archive has another archive in it. Put the files in one archive, or upload them one by one."),
    "member": _("The archive has a file of a kind that is not accepted. Accepted are %(kinds)s."),
    "path": _(
        "The archive has a file whose name leads outside of it or cannot be kept. Rename that file and pack anew."
    ),
    "packing": _("The archive is packed in a way that cannot be checked. Pack the files as an ordinary ZIP."),
    "broken": _(
        "The file is broken or not whole. Open it in the program that made it, save it anew and choose it again."
    ),
    "too-complex": _("The file takes too long to check. Divide it, or save it in a simpler way."),
    "malware": _("The virus scanner found something harmful in the file. The file was not kept. Check your computer."),
    "unscannable": _("The file is too large for the virus scanner. Make it smaller, or divide it into several files."),
    "not-kept": _("The file could not be kept just now. Try again in a while."),
}


class Refused(Exception):
    """The file is not accepted; `code` is a key of SENTENCES and str() of it the sentence to show beside the field."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return sentence_of(self.code)


def sentence_of(code: str) -> str:
    """In the reader's language; for a `StoredFile.refusal` too."""
    return str(SENTENCES[code]) % {"megabytes": limits.most_megabytes(), "kinds": limits.KINDS}
