"""What a person hears while others work: the mails that really came, in order, and no others."""

import re
from email import message_from_bytes, policy

from django.utils import translation
from django.utils.translation import gettext, ngettext

from matchmaking.models import MatchRun, NewsRun
from notifications.models import Mail
from procurements.models import News, NoticeVersion
from tests.browser import workbench as work
from tests.notifications import kit

PATIENCE = 90  # seconds, for a machine that has other things to do


class Follower:
    """What somebody is to have heard so far, in order; and what came, by mail and in the inbox."""

    def __init__(self, person, sink, language):
        self.person, self.sink, self.language, self.expected = person, sink, language, []

    def mails(self):
        """Oldest first, as they arrived."""
        paths = sorted(self.sink.directory.glob("*.eml"), key=lambda path: int(path.stem))
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [mail for mail in found if mail["To"] == self.person.email]

    def subjects(self):
        return [str(mail["Subject"]).strip() for mail in self.mails()]

    def hears(self, sentence, plural="", *, count=0, **words):
        """One more mail, with this subject in the reader's language, and no other."""
        with translation.override(self.language):
            said = ngettext(sentence, plural, count) if plural else gettext(sentence)
        self.expected.append(said % {"title": work.TITLE, "count": count, **words})
        kit.wait_until(lambda: len(self.subjects()) >= len(self.expected), PATIENCE)
        assert self.subjects() == self.expected

    def hears_much(self, count):
        """One more mail that carries `count` pieces of news: its subject says one of them, and how many more."""
        with translation.override(self.language):
            said = ngettext(
                "%(title)s, and %(more)d more piece of news", "%(title)s, and %(more)d more pieces of news", count - 1
            )
        kit.wait_until(lambda: len(self.subjects()) > len(self.expected), PATIENCE)
        newest = self.subjects()[-1]
        assert re.fullmatch(re.escape(said % {"title": "TITLE", "more": count - 1}).replace("TITLE", ".+"), newest)
        self.expected.append(newest)
        assert self.subjects() == self.expected


def settled():
    """Everybody who was to hear something has it in the inbox, and all mails are on their way."""
    told = NoticeVersion.objects.exclude(pk__in=MatchRun.objects.values("version")).exists()
    announced = News.objects.exclude(pk__in=NewsRun.objects.values("news")).exists()
    waits = Mail.objects.exclude(state__in=["sent", "dropped"]).exists()
    return not (told or announced or waits)
