"""A supplier saves a search, hears of what fits, says what does not, and hears less when it wants: by page, by mail, by log."""

import mailbox
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from accounts.grants import Role
from accounts.models import Duty
from matchmaking import lessons_said, subscribing
from matchmaking.models import Subscription
from notifications.models import Bounce, Mail, Suppression
from tests import make
from tests.browser import matching as match
from tests.browser import workbench as work
from tests.browser.following import PATIENCE, Follower
from tests.browser.hands import in_the_ways
from tests.notifications import kit
from tests.notifications.returned import dsn
from ui import moments

STOPPED, BY_OFFER, RETURNED = "Fallsensor till nattpatrullen", "Robotarm i disken", "Robotarm på dagvården"
MOVED = "New deadline %(after)s, before %(before)s: %(title)s"


class Story:
    """Who takes part, what the supplier is to have heard so far, and the notice that it is about."""

    def __init__(self, language, sink):
        self.language = language
        self.buyer = make.buyer(name="Fjällviks kommun", slug="fjallviks-kommun")
        self.procurer = make.member(self.buyer, name="Anna Berg")
        company = make.supplier(name="Nordsensor AB")
        self.seller = make.member(company, role=Role.ADMIN, name="Selma Lind", language=language)
        self.offer = make.subscription(organisation=company, by=self.seller, words=["robotarm"], name="Erbjudande")
        subscribing.receive(self.offer, wants=True, rhythm="at-once", by=self.seller, at=make.NOW)
        self.heard = Follower(self.seller, sink, language)
        self.notice = None

    def publish(self, title, *, days_ago=0, **wording):
        at = timezone.now() - timedelta(days=days_ago)
        said = {"deadline_at": timezone.now() + timedelta(days=30), **wording}
        return make.notice(buyer=self.buyer, by=self.procurer, title=title, at=at, **said)

    def say(self, sentence, plural="", *, count=0, **words):
        with translation.override(self.language):
            said = ngettext(sentence, plural, count) if plural else gettext(sentence)
        return said % {"counter": count, "count": count, **words}

    def moment(self, moment):
        return moments.say(moment, "Europe/Stockholm", self.language)

    def address(self, notice):
        return f"/{self.language}/procurements/{notice.slug}/"

    def letter(self):
        """The newest mail to the supplier."""
        return match.Letter(self.heard.mails()[-1])

    def would_have_given(self, count):
        one = "In the last 30 days this would have given %(counter)s notice."
        return self.say(one, one.replace("notice.", "notices."), count=count)

    def moves_deadline(self, days):
        """Returns the old deadline and the new one, in words."""
        before = self.notice.current_version.deadline_at
        match.move_deadline(self.notice, self.procurer, before + timedelta(days=days))
        return {"before": self.moment(before), "after": self.moment(before + timedelta(days=days))}


@in_the_ways(("sv", "mouse"))  # the rest in the second tier
def test_a_supplier_hears_of_what_fits_and_of_no_more_than_it_wants(
    language, way, lists, sink, walker_of, live_server, settings, tmp_path
):
    story = Story(language, sink)
    story.publish("Fallsensor i gruppboende", days_ago=12)
    story.publish("Fallsensor för sjukhus", days_ago=6)
    seller = walker_of(story.seller, language, way)
    support = walker_of(make.user(duty=Duty.SUPPORT, name="Olle Drift", language=language), language, way)

    search = a_search_is_saved_and_narrowed(story, seller)
    first = a_fitting_notice_is_mailed_with_its_reason(story, search)
    what_does_not_fit_is_put_away_and_brought_back(story, seller, search, first)
    what_is_followed_tells_of_a_moved_deadline(story, seller)
    less_is_chosen_without_logging_in(story, first, walker_of(None, language, way), support)
    it_is_heard_again(story, seller)
    one_click_stops_that_search_alone(story, search, first, live_server.url)
    settings.BOUNCE_URL = f"maildir://{tmp_path}/returned"
    a_mail_comes_back_and_the_next_login_says_so(story, tmp_path / "returned", walker_of, way)
    support_finds_out_why(story, support)

    assert story.heard.subjects() == story.heard.expected
    assert len(story.heard.expected) == 4
    print(f"{language}, {way}: {seller.pages + support.pages} pages in {seller.seconds:.0f} s")


def a_search_is_saved_and_narrowed(story, seller):
    match.watch_search(seller)
    seller.sees(
        story.say(
            "Saving creates an alert: from then on each notice that fits comes to your inbox, and by mail as often as you choose."
        )
    )
    match.foresee(seller)
    seller.sees(story.would_have_given(2))
    seller.choose("rhythm", "at-once")
    match.meets(seller, "search-new")
    match.save_search(seller)
    match.narrow(seller)
    seller.sees(story.would_have_given(1))
    match.meets(seller, "search-narrowed")
    search = Subscription.objects.get(person=story.seller)
    assert (search.words, search.excluded_words) == ([match.WORD], [match.LEFT_OUT])
    assert search.receivers.get().rhythm == "at-once"
    return search


def a_fitting_notice_is_mailed_with_its_reason(story, search):
    """The subject says what is new; the mail why it came, and how to get less of it, in words and in plain text alike."""
    story.notice = story.publish(work.TITLE)
    story.heard.hears("%(title)s")
    letter = story.letter()
    because = story.say("Because:")
    why = [story.say("the word %(value)s", value=match.WORD), story.say("your saved search %(name)s", name=search.name)]
    assert letter.words("//main//p[@class='why']") == [f"{because} {' · '.join(why)}"]
    assert letter.words("//main//p[@class='sort']") == [story.say("New for you")]
    assert story.moment(story.notice.current_version.deadline_at) in letter.text
    assert letter.paths("/procurements/") == [story.address(story.notice)]
    assert len(letter.paths("/less/")) == 1
    assert letter.stops in letter.paths("/unsubscribe/")
    letter.says_all_in_plain_text()
    return letter


def what_does_not_fit_is_put_away_and_brought_back(story, seller, search, letter):
    [address] = letter.paths("/procurements/")
    seller.go(address)
    seller.sees(work.TITLE)
    match.open_suggestions(seller)
    row = seller.page.locator(f"main .rows li:has(a[href='{address}'])")
    assert story.say("the word %(value)s", value=match.WORD) in row.locator(".why").inner_text()
    assert row.locator("h3 mark").inner_text() == "Fallsensor"
    match.meets(seller, "suggestions")

    match.put_away(seller, address)
    with translation.override(story.language):
        [lesson] = lessons_said.lessons_of(search)
    seller.sees(lesson.effect)
    match.meets(seller, "put-away")
    match.open_search(seller)
    seller.sees(lesson.effect)
    match.meets(seller, "search-with-lesson")
    match.take_lesson_back(seller)
    seller.does_not_see(lesson.effect)
    match.bring_back(seller)
    match.open_suggestions(seller)
    seller.press(f"main .rows h3 a[href='{address}']")


def what_is_followed_tells_of_a_moved_deadline(story, seller):
    """She stands on the page of the notice."""
    match.follow(seller)
    match.meets(seller, "notice-followed")
    seller.follow("/matches/following/", "header .menu")
    seller.sees(work.TITLE)
    seller.sees(story.moment(story.notice.current_version.deadline_at))
    match.meets(seller, "following")
    story.heard.hears(MOVED, **story.moves_deadline(10))
    letter = story.letter()
    assert letter.words("//main//p[@class='sort']") == [story.say("Deadlines")]
    assert story.say("you follow it") in letter.words("//main//p[@class='why']")[0]
    letter.says_all_in_plain_text()


def less_is_chosen_without_logging_in(story, first, stranger, support):
    """Whoever has the mail may hear less; she is not logged in where she reads it."""
    [less] = story.letter().paths("/less/")
    stranger.go(less)
    match.meets(stranger, "less")
    stranger.press(f"main button[name=stop][value='procurement:{story.notice.procurement_id}']")
    stranger.sees(story.say("Done. It holds at once, also for what was about to be sent."))
    match.meets(stranger, "less-done")
    story.moves_deadline(5)
    kit.wait_until(match.quiet, PATIENCE)
    assert story.heard.subjects() == story.heard.expected
    match.ask_why(support, story.seller.email, work.TITLE)
    match.answers(support, story.say("A choice of the person or of a colleague keeps the notice away."))
    stranger.go(first.stops)  # as a filter of mail that opens all links: nothing has changed by that
    stranger.sees(story.say("Nothing has changed yet."))
    match.meets(stranger, "unsubscribe")


def it_is_heard_again(story, seller):
    match.hear_again(seller)
    story.heard.hears(MOVED, **story.moves_deadline(5))


def one_click_stops_that_search_alone(story, search, letter, base):
    search.refresh_from_db()
    assert search.paused_at is None
    assert match.post_one_click(base, letter.stops) == 200
    search.refresh_from_db()
    assert search.paused_at
    story.publish(STOPPED)
    story.publish(BY_OFFER)
    story.heard.hears(BY_OFFER)
    kit.wait_until(match.quiet, PATIENCE)
    assert story.heard.subjects() == story.heard.expected
    assert not Suppression.objects.exists()


def a_mail_comes_back_and_the_next_login_says_so(story, directory, walker_of, way):
    newest = Mail.objects.filter(recipient=story.seller, state="sent").latest("created_at")
    mailbox.Maildir(directory, create=True).add(dsn(newest))
    call_command("take_in_bounces")
    assert Bounce.objects.get().mail == newest
    again = walker_of(story.seller, story.language, way)
    words = "We send you no e-mail for now, because mail to %(address)s came back or was reported. Your inbox says what you can do."
    again.sees(story.say(words, address=story.seller.email))
    again.follow("/inbox/", "header .menu")
    again.sees(story.say("We send you no e-mail"))
    match.meets(again, "inbox-after-bounce")
    story.publish(RETURNED)
    kit.wait_until(match.quiet, PATIENCE)
    assert Mail.objects.filter(recipient=story.seller).latest("created_at").state == "dropped"


def support_finds_out_why(story, support):
    """Each mail that came or did not come, asked for by her address and words of the notice."""
    own, asked = story.seller.email, "Something that the person asked for itself"
    match.ask_why(support, own, work.TITLE)
    match.answers(support, story.say(f"{asked} found the notice."), story.say("Sent"))
    match.meets(support, "mail-log-told")
    match.ask_why(support, own, STOPPED)
    match.answers(support, story.say(f"{asked} would have found it, but it is paused."))
    match.ask_why(support, own, BY_OFFER)
    match.answers(support, story.say("Came back"), "550 5.1.1 no such user")
    support.sees(story.say("Mails came back"))
    match.meets(support, "mail-log-returned")
    match.ask_why(support, own, RETURNED)
    match.answers(support, story.say("Not sent"))
