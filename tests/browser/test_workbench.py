"""One need from draft to concluded procurement, by everyone whom it takes; and exactly what the one who follows it hears."""

import re
from datetime import datetime

from accounts.grants import Role
from accounts.models import Duty, Organisation
from notifications.models import Mail, Notification
from procurements.models import Procurement
from tests import make
from tests.browser import workbench as work
from tests.browser.following import PATIENCE, Follower, settled
from tests.browser.hands import in_the_ways
from tests.notifications import kit
from ui import moments

TEN_MINUTES = 600
ASKERS = ("Nordsensor AB", "Fjordteknik AS")


@in_the_ways()  # about two minutes each: all nine in the second tier
def test_a_need_becomes_a_concluded_procurement_and_its_follower_hears_what_matters(
    language, way, lists, sink, walker_of
):
    buyer = make.buyer(name="Fjällviks kommun", slug="fjallviks-kommun", publishes_with_two=True)
    anna, bo = (make.member(buyer, name=name, language=language) for name in ("Anna Berg", "Bo Ek"))
    companies = [make.supplier(name=name) for name in ("Trygghem AB", *ASKERS)]
    people = [make.member(one, role=Role.ADMIN, name=f"Person {one.pk}", language=language) for one in companies]
    procurer, second, follower, *askers = (walker_of(person, language, way) for person in (anna, bo, *people))
    reader = walker_of(None, language, way)
    heard = Follower(people[0], sink, language)
    work.say_what_is_offered(follower)

    # The need: written, sent back by a colleague, mended, approved, published with a document that anyone fetches.
    work.describe_need(procurer, document=work.ODD_FILE)
    work.ask_for_review(procurer, bo)
    work.decide(second, "changes", "Säg hur många de äldre är.")
    procurer.start()
    procurer.follow("/review/")
    procurer.sees("Säg hur många de äldre är.")
    procurer.follow("/edit/")
    work.step(procurer, "need")
    procurer.fill("[name=affected]", "Fyratusen personer över åttio år, i hela kommunen.")
    work.save(procurer, "publish")
    need = work.publish_with_two(procurer, second, bo)
    heard.hears("%(title)s")
    read(reader, need)
    assert reader.download("section[aria-labelledby=documents] a") == (
        work.ODD_NAME,
        work.ODD_FILE["buffer"],
    )

    # The one who follows hears of it, and lets its interest stand.
    follower.follow("/inbox/", "header")
    follower.press(".rows h3 button.link")
    assert follower.path == need
    work.show_interest(follower)

    # A market consultation, then a competition, which is cancelled and announced again.
    work.consult(procurer, need)
    consultation = work.publish_with_two(procurer, second, bo)
    heard.hears("%(title)s")
    work.call(procurer, consultation)
    first = work.publish_with_two(procurer, second, bo)
    heard.hears("%(title)s")
    work.cancel(procurer, first)
    heard.hears("Cancelled: %(title)s")
    work.announce_again(procurer)
    competition = work.publish_with_two(procurer, second, bo)
    heard.hears("%(title)s")
    read(reader, first)
    assert reader.page.locator("#closed").count() == 1
    reader.press(f"main a[href='{competition}']")
    reader.sees("Källkod till tjänsten")
    reader.press(f"main .note a[href='{first}']")
    reader.follow("/procurements/", "header")
    assert reader.page.locator("#results .rows > li").count() == 1

    # Six questions from two suppliers; one is drafted by the colleague, five are answered together, one alone, one anew.
    work.add_to_team(procurer, competition, bo)
    asked = [f"Fråga nummer {number} om fall i trappor" for number in range(1, 7)]
    for one, texts in zip(askers, (asked[:3], asked[3:]), strict=True):
        work.find_notice(one, "Fallsensor")
        assert one.path == competition
        work.show_interest(one, "Vi mäter utan bild.")
        for text in texts:
            work.ask(one, competition, text)
    procurer.start()
    procurer.follow("/questions/")
    work.open_question(procurer, asked[0])
    work.assign(procurer, bo)
    second.start()
    second.press("main .rows a[href*='/questions/']")
    work.draft(second, "Räknas fall i trappor? (1)", "Ja, nummer 1.")
    for number, text in enumerate(asked[1:5], start=2):
        procurer.follow("/questions/", "main nav")
        work.open_question(procurer, text)
        work.draft(procurer, f"Räknas fall i trappor? ({number})", f"Ja, nummer {number}.")
    procurer.follow("/questions/", "main nav")
    procurer.follow("?state=ready")
    ticks = procurer.page.locator("main [name=question]").evaluate_all("all => all.map(one => one.value)")
    assert len(ticks) == 5
    for tick in ticks:
        procurer.tick(f"[name=question][value='{tick}']")
    procurer.press("button[form=release]")
    procurer.has_no_problems()
    heard.hears("%(count)d question was answered: %(title)s", "%(count)d questions were answered: %(title)s", count=5)
    work.open_question(procurer, asked[5])
    work.draft(procurer, "Räknas fall i trappor? (6)", "Nej, nummer 6.")
    procurer.press("main form[action$='/release/'] button")
    procurer.has_no_problems()
    heard.hears("%(count)d question was answered: %(title)s", "%(count)d questions were answered: %(title)s", count=1)
    procurer.follow("?state=answered")
    work.open_question(procurer, asked[5])
    procurer.follow("/correct/")
    procurer.fill("[name=answer]", "Jo, nummer 6 också.")
    procurer.fill("[name=reason]", "Vi svarade fel.")
    procurer.send()
    procurer.has_no_problems()
    heard.hears("An answer was corrected: %(title)s")

    read(reader, competition)
    reader.sees("Jo, nummer 6 också.")
    assert not [name for name in ASKERS if name in reader.page.content()]

    # Spelling is put right without a word to anyone; a moved deadline is told at once, with the old time and the new.
    work.change_spelling(procurer, competition)
    work.publish_with_two(procurer, second, bo, reason="Stavfel.", is_minor=True)
    kit.wait_until(settled, PATIENCE)
    assert heard.subjects() == heard.expected
    work.move_deadline(procurer, competition, 80)
    work.publish_with_two(procurer, second, bo, reason="Fler hinner svara.")
    heard.hears(
        "New deadline %(after)s, before %(before)s: %(title)s",
        after=moment(work.day(80), language),
        before=moment(work.day(65), language),
    )

    # It closes, has an outcome, everyone who wrote is answered, and it is concluded.
    work.close_early(procurer, competition)
    heard.hears("Closed early: %(title)s")
    work.tell_outcome(procurer, companies[1])
    heard.hears("How it ended: %(title)s")
    work.answer_suppliers(procurer)
    procurer.press("main form[action$='/conclude/'] button")
    procurer.has_no_problems()
    assert Procurement.objects.get().concluded_at

    # Nothing else came, by mail or in the inbox, and nothing of it, nor any page, says who asked.
    kit.wait_until(settled, PATIENCE)
    assert heard.subjects() == heard.expected
    follower.follow("/inbox/", "header")
    lines = [text.strip() for text in follower.page.locator(".rows h3 button.link").all_inner_texts()]
    assert lines == heard.expected[::-1]
    assert Notification.objects.filter(recipient=people[0]).count() == len(heard.expected)
    said = "".join(str(part.get_content()) for mail in heard.mails() for part in mail.walk() if not part.is_multipart())
    read(reader, competition)
    for words in ("Stavfel.", "Fler hinner svara.", "Jo, nummer 6 också.", companies[1].name):
        reader.sees(words)
    pages = [follower.page.content(), reader.page.content()]
    reader.follow("/record/")
    pages.append(reader.page.content())
    for text in (said, *pages):
        assert not [name for name in (*(person.name for person in people[1:]), ASKERS[1]) if name in text]
        assert "nummer 6 om fall i trappor" not in text  # as it was asked
    for one, person in zip(askers, people[1:], strict=True):
        one.start()
        one.follow("/procurements/interests/")
        one.sees("Vi saknade hur sensorn fungerar utan nät.")
        assert Notification.objects.filter(recipient=person, event__kind="feedback").count() == 1
    walkers = (procurer, second, follower, *askers, reader)
    print(f"{language}, {way}: {sum(one.pages for one in walkers)} pages in {procurer.seconds:.0f} s of script time")
    print(f"{sum(one.tabs for one in walkers)} times Tab; the farthest: {max(one.farthest for one in walkers)}")


def read(hands, address):
    """Opens a page that is public, as a reader who was given its address."""
    hands.go(address)
    hands.has_no_problems()


def moment(iso_day, language):
    """The end of a day in Sweden, in words."""
    local = datetime.fromisoformat(f"{iso_day}T23:59").replace(tzinfo=moments.zone_of("Europe/Stockholm"))
    return moments.say(local, "Europe/Stockholm", language)


@in_the_ways(("en", "keyboard"))
def test_a_newcomer_publishes_a_first_need_without_help(language, way, lists, walker_of):
    admin = walker_of(make.user(duty=Duty.ADMIN, language=language), language, way)
    newcomer = walker_of(None, language, way)
    newcomer.follow("/account/signup/", "header")
    newcomer.fill("[name=name]", "Nina Ny")
    newcomer.fill("[name=email]", "nina@kommun.example")
    newcomer.fill("[name=password1]", "en helt egen lång mening")
    newcomer.tick("[name=accept_terms]")
    newcomer.press("main form.form button[type=submit], main form button.button[type=submit]")
    text = Mail.objects.get(address="nina@kommun.example").context["text"]
    newcomer.fill("[name=code]", re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{2,4}\b|\b\d{6}\b", text)[0])
    newcomer.press("main form:has([name=code]) button[type=submit]")
    newcomer.has_no_problems()

    newcomer.follow("/organisations/new/")
    newcomer.select("country", value="SE")
    newcomer.fill("[name=number]", "212000-0142")
    newcomer.send()
    newcomer.fill("[name=name]", "Nyköpinge kommun")
    newcomer.select("kind", value="municipality")
    newcomer.send()
    newcomer.has_no_problems()
    slug = Organisation.objects.get(registration_number="2120000142").slug
    newcomer.follow("/verification/") if not newcomer.path.endswith("/verification/") else None
    newcomer.fill("[name=evidence]", "Min adress står på kommunens webbplats.")
    newcomer.send()
    admin.start()
    admin.follow("/reviews/")
    admin.press("button[name=decision][value=grant]")

    work.describe_need(newcomer)
    newcomer.send()
    newcomer.has_no_problems()
    assert newcomer.path.startswith(f"/{language}/procurements/fallsensor-for-aldre-i-hemmet-")
    newcomer.sees("Nyköpinge kommun")
    assert Procurement.objects.get().organisation.slug == slug
    print(f"{language}, {way}: a first need in {newcomer.seconds:.0f} s of script time and {newcomer.pages} pages")
    assert newcomer.seconds < TEN_MINUTES
