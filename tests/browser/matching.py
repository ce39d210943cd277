"""What a supplier does with suggestions and their mails, and how a mail is read: its words, its links, its headers."""

import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from lxml import html

from matchmaking.models import MatchRun
from notifications.models import Mail, Notification
from procurements import publishing, writing
from procurements.models import NoticeVersion
from tests.browser import joint
from tests.browser import workbench as work
from tests.browser.looking import looked_at

WORD, LEFT_OUT = "fallsensor", "sjukhus"


def meets(hands, name):
    """A page that this journey is about: axe finds nothing, nothing scrolls sideways; and its picture, for who wants it."""
    width = hands.page.viewport_size["width"]
    if hands.script:  # axe is a script of the page
        found = looked_at(hands.page, hands.path)
        assert found == [], found
    assert hands.page.evaluate("document.documentElement.scrollWidth") <= width, hands.path
    joint.look(hands, name)


# --- mails ------------------------------------------------------------------------------------------------------------


class Letter:
    """A mail as it came: its plain `text` with single spaces, the `page` that is its other part, and the `links` of that."""

    def __init__(self, mail):
        self.mail = mail
        self.text = " ".join(mail.get_body(("plain",)).get_content().split())
        self.page = html.fromstring(mail.get_body(("html",)).get_content())
        self.links = self.page.xpath("//main//a/@href | //footer//a/@href")

    def words(self, where):
        return [" ".join(each.text_content().split()) for each in self.page.xpath(where)]

    def paths(self, part):
        """Of the links with `part` in them, the way within the arena."""
        return [link.removeprefix(settings.URL) for link in self.links if part in link]

    @property
    def stops(self):
        """The address that the mailbox's own button posts to (RFC 8058)."""
        assert self.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = re.fullmatch(r"<([^<>\s]+)>", self.mail["List-Unsubscribe"].strip())
        return found[1].removeprefix(settings.URL)

    def says_all_in_plain_text(self):
        """The plain text has every link, and whatever is said of the news."""
        assert [link for link in self.links if link not in self.text] == []
        said = self.words("//main//h1 | //main//p[@class='facts' or @class='why']")
        assert said
        assert [words for words in said if words not in self.text] == []


def post_one_click(base, path):
    """As a mailbox does it: no cookie, no page before, no redirect followed (RFC 8058)."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, "List-Unsubscribe=One-Click", form)
        return connection.getresponse().status
    finally:
        connection.close()


def quiet():
    """All that was published is matched, and nobody waits for a mail that is due by now."""
    waits = NoticeVersion.objects.exclude(pk__in=MatchRun.objects.values("version")).exists()
    due = Notification.objects.filter(mail_due_at__lte=timezone.now()).exists()
    leaves = Mail.objects.filter(state__in=["pending", "sending"]).exists()
    return not (waits or due or leaves)


# --- the buyer, by the verb -------------------------------------------------------------------------------------------


def move_deadline(notice, by, moment):
    at = timezone.now()
    notice.refresh_from_db()
    writing.save(notice, wording={"deadline_at": moment}, revision=notice.revision, by=by, at=at)
    publishing.publish(notice, by=by, at=at, reason="Fler har bett om längre tid.")
    notice.refresh_from_db()


# --- the supplier -----------------------------------------------------------------------------------------------------


def watch_search(hands):
    """From the list that everyone reads to the form of a saved search, begun with the same words."""
    hands.follow("/procurements/", "header .menu")
    hands.fill("main [name=q]", WORD)
    hands.press("main form.filters .actions button") if not hands.script else work.search(hands)
    hands.press("#results a[href*='/matches/saved-searches/new/']")
    assert hands.page.input_value("[name=words]") == WORD


def foresee(hands):
    hands.press("main form.form button[name=preview]")
    hands.has_no_problems()


def save_search(hands):
    hands.press("main form.form .actions button[type=submit]:not([name])")
    hands.has_no_problems()


def narrow(hands):
    hands.unfold("[name=excluded_words]")
    hands.fill("[name=excluded_words]", LEFT_OUT)
    save_search(hands)


def open_suggestions(hands):
    hands.start()
    hands.follow("/matches/")


def put_away(hands, address):
    """ "Not our field", which is the first of the reasons."""
    row = f"main .rows li:has(h3 a[href='{address}'])"
    reason = f"#{hands.page.locator(f'{row} select').get_attribute('id')}"
    hands.unfold(reason)
    if hands.keyboard:
        hands.walk_to(reason)
        hands.page.keyboard.press("Home")
    else:
        hands.page.select_option(reason, "field")
    assert hands.page.input_value(reason) == "field"
    hands.press(f"{row} form button")
    hands.has_no_problems()


def take_lesson_back(hands):
    hands.press("main form[action*='/lessons/'] button")
    hands.has_no_problems()


def bring_back(hands):
    """Of what was put away, the first."""
    open_suggestions(hands)
    hands.press("main a[href='?show=dismissed']")
    hands.press("main form[action$='/restore/'] button")
    hands.has_no_problems()


def open_search(hands):
    """From the suggestions."""
    open_suggestions(hands)
    hands.follow("/saved-searches/")
    meets(hands, "saved-searches")
    hands.press("main .rows h2 a")


def follow(hands):
    """On the page of a notice; the panel changes in place."""
    if not hands.script:
        hands.press("main [data-panel] a")
        hands.press("#follow-do")
        return
    hands.page.locator("#follow-do").wait_for()
    if hands.keyboard:
        hands.walk_to("#follow-do")
        hands.page.keyboard.press("Enter")
    else:
        hands.page.click("#follow-do")
    hands.page.locator("main [data-panel] [name=do][value=unfollow]").first.wait_for(state="attached")


def hear_again(hands):
    """In the list of what one follows, where what one hears no more of has a page of its own."""
    hands.follow("/matches/following/", "header .menu")
    hands.press("main nav a[href='?show=muted']")
    meets(hands, "following-muted")
    hands.press("main .rows form button")
    hands.has_no_problems()


# --- support -----------------------------------------------------------------------------------------------------


def ask_why(hands, address, words):
    hands.start()
    hands.follow("/inbox/mail-log/")
    hands.fill("[name=address]", address)
    hands.fill("[name=words]", words)
    hands.press("main form[role=search] .actions button")
    hands.has_no_problems()


def answers(hands, *words):
    """What is said of the notice that was asked about; on the same page stand sums of all mails."""
    finding = hands.page.locator("main section[aria-labelledby=finding-1]").inner_text()
    assert [each for each in words if each not in finding] == [], finding
