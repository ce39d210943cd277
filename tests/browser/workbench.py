"""What a procurer, a colleague and suppliers do with a procurement, page by page, as they would with their own hands."""

import datetime
from zoneinfo import ZoneInfo

from tests.files import corpus

TITLE = "Fallsensor för äldre i hemmet"
ODD_NAME = "Bilaga 1 (utkast) – Åsele & Bodø #2 100% 'klar'.pdf"
ODD_FILE = {"name": ODD_NAME, "mimeType": "application/pdf", "buffer": corpus.pdf()}
FIVE = {
    "problem": "Larmet kommer först när någon har falit.",  # the word that an amendment of spelling puts right
    "affected": "Fyratusen personer över åttio år.",
    "cost_today": "Omkring två miljoner kronor om året.",
    "desired_effect": "Hälften så många fall på två år.",
    "tried": "Larmknapp, som ofta ligger i en låda.",
}


def day(days):
    """A day ahead, as date fields take it."""
    return (datetime.datetime.now(ZoneInfo("Europe/Stockholm")).date() + datetime.timedelta(days=days)).isoformat()


def save(hands, then=""):
    hands.press(f"button[name=then][value='{then}']")
    hands.has_no_problems()


def step(hands, name):
    """A step of the text, from the list beside every one of them."""
    hands.follow(f"/{name}/", "main nav.wizard")


def find_code(hands, words):
    """The code of what is meant, by words; without JavaScript the page comes back with what was found."""
    hands.fill("[name=cpv-words]", words)
    if not hands.script:
        hands.press("button[name=then][value=next]")
    hands.page.locator("main [name=cpv]").first.wait_for()
    hands.tick("main [name=cpv]")


# --- the procurer -----------------------------------------------------------------------------------------------------


def describe_need(hands, *, document=None):
    """From the start page to the check before publishing."""
    hands.start()
    hands.follow("/procurements/new/")
    hands.fill("[name=title]", TITLE)
    hands.send()
    for name, text in FIVE.items():
        hands.fill(f"[name={name}]", text)
    save(hands, "next")
    hands.fill("[name=summary]", "Vi söker sätt att märka risken för fall innan olyckan sker.")
    find_code(hands, "trygghetslarm")
    save(hands, "next")
    hands.fill("[name=contact_email]", "upphandling@fjallvik.example")
    save(hands, "next")
    if document:
        add_document(hands, document)
    hands.follow("/publish/", "main .spread")
    hands.has_no_problems()


def add_document(hands, file):
    hands.upload("[name=uploads]", file)
    if not hands.script:
        hands.send("/documents/")
    hands.page.locator("#documents .rows a").first.wait_for()
    hands.has_no_problems()


def ask_for_review(hands, colleague):
    """From the check before publishing, which says that a colleague has to approve."""
    hands.follow("/review/", "main p.cluster")
    hands.select("reviewer", label=colleague.name)
    hands.fill("[name=message]", "Läs gärna det som har ändrats.")
    hands.send("/review/ask/")
    hands.has_no_problems()


def decide(hands, verdict, comment=""):
    """The colleague finds what waits on the start page."""
    hands.start()
    hands.follow("/review/")
    hands.choose("verdict", verdict)
    if comment:
        hands.send("/review/decide/")  # forgets to say what
        hands.is_told("comment")
        hands.fill("[name=comment]", comment)
    hands.send("/review/decide/")
    hands.has_no_problems()


def publish(hands, *, reason="", is_minor=False):
    """What was approved stands on the start page, and is published from there. Returns its public address."""
    hands.start()
    hands.follow("/publish/")
    if reason:
        hands.fill("[name=reason]", reason)
    if is_minor:
        hands.tick("[name=is_minor]")
    hands.send()
    hands.has_no_problems()
    return hands.path


def publish_with_two(hands, second, colleague, **said):
    ask_for_review(hands, colleague)
    decide(second, "approved")
    return publish(hands, **said)


def open_notice(hands, address):
    """The procurer's own notice, from the start page by its name."""
    hands.start()
    hands.press(f"main section[aria-labelledby=running] a[href='{address}']")


def consult(hands, need):
    """The second link of the chain, from the need's page to the check before publishing."""
    open_notice(hands, need)
    hands.press("button[name=kind][value=consultation]")
    step(hands, "about")
    hands.fill("[name=description]", "Vi vill tala med er om hur risken för fall kan märkas i tid.")
    save(hands, "next")
    step(hands, "times")
    hands.fill("[name=deadline_at_day]", day(30))
    save(hands, "publish")


def call(hands, consultation):
    """The competition: the procedure by seven questions, the assets that it asks for, times."""
    open_notice(hands, consultation)
    hands.press("button[name=kind][value=competition]")
    step(hands, "procedure")
    hands.follow("/procedure/", "main #step")
    hands.choose("solution", "developed")
    hands.choose("describable", "partly")
    hands.choose("talks", "yes")
    hands.send()
    hands.press("button[name=way][value=comp-dial]")
    hands.follow("/edit/", "main form .actions")  # back to the text, where the first that lacks something opens
    step(hands, "rights")
    hands.fill("[name=assets-0-name]", "Källkod till tjänsten")
    hands.select("assets-0-origin", value="result")
    hands.select("assets-0-level", value="own")
    hands.press("button[name=then][value=next]")  # forgets to say why
    hands.is_told("assets-0-motive")
    hands.fill("[name=assets-0-motive]", "Vi ska kunna låta någon annan vidareutveckla den.")
    save(hands, "next")
    save(hands, "next")  # no stages
    hands.fill("[name=regions-words]", "SE332")
    save(hands, "next")
    hands.fill("[name=questions_until_day]", day(50))
    hands.fill("[name=deadline_at_day]", day(60))
    save(hands, "publish")


def cancel(hands, competition):
    open_notice(hands, competition)
    hands.follow("/close/")
    hands.choose("way", "cancelled")
    hands.fill("[name=reason]", "Underlaget saknade våra krav på tillgänglighet.")
    hands.send()  # forgets which of Europe's reasons it is
    hands.is_told("code")
    hands.select("code", value="chan-need")
    hands.send()
    hands.has_no_problems()


def announce_again(hands):
    """From the page of what was cancelled. Everything but the times came along."""
    hands.press("button[name=kind][value=competition]")
    step(hands, "times")
    hands.fill("[name=questions_until_day]", day(55))
    hands.fill("[name=deadline_at_day]", day(65))
    save(hands, "publish")


def change_spelling(hands, competition):
    open_notice(hands, competition)
    hands.follow("/edit/")
    step(hands, "need")
    hands.fill("[name=problem]", FIVE["problem"].replace("falit", "fallit"))
    save(hands, "publish")


def move_deadline(hands, competition, days):
    open_notice(hands, competition)
    hands.follow("/edit/")
    step(hands, "times")
    hands.fill("[name=deadline_at_day]", day(days))
    save(hands, "publish")


def add_to_team(hands, competition, colleague):
    open_notice(hands, competition)
    hands.follow("/team/")
    hands.select("user", label=colleague.name)
    hands.select("role", value="answerer")
    hands.press("main section[aria-labelledby=add] form .actions button")
    hands.has_no_problems()


def open_question(hands, words):
    """A question of the list, by how it begins."""
    link = hands.page.locator(f"main .rows h2 a:has-text('{words}')").get_attribute("href")
    hands.press(f"main .rows h2 a[href='{link}']")


def draft(hands, asked, answer):
    """On the page of a question: how everyone will read it, and the answer."""
    hands.fill("[name=question_text]", asked)
    hands.fill("[name=answer]", answer)
    hands.press("main form.section[action*='/questions/'] .actions button")
    hands.has_no_problems()


def assign(hands, colleague):
    hands.select("to", label=colleague.name)
    hands.fill("[name=due_on]", day(7))
    hands.send("/assign/")
    hands.has_no_problems()


def close_early(hands, competition):
    open_notice(hands, competition)
    hands.follow("/close/")
    hands.choose("way", "early")
    hands.fill("[name=reason]", "Dialogen är klar och vi har det vi behöver.")
    hands.send()
    hands.has_no_problems()


def tell_outcome(hands, winner):
    hands.start()
    hands.follow("/outcome/")
    hands.choose("result", "awarded")
    hands.fill("[name=text]", "Två bra anbud. Det som vann mätte utan bild.")
    hands.fill("[name=tenders]", "2")
    hands.fill("[name=decided_on]", day(0))
    hands.send()  # forgets who was chosen
    hands.is_told("winner-0-name")
    hands.fill("[name=winner-0-name]", winner.name)
    hands.select("winner-0-is_small", value="yes")
    hands.select("winner-0-is_new", value="yes")
    hands.send()
    hands.has_no_problems()


def answer_suppliers(hands):
    """Everyone who wrote with its interest, in one go, from what the start page says is owed."""
    hands.start()
    hands.follow("/interests/")
    waiting = hands.page.locator("main li:has(.tag.time) [name=interest]")
    for key in waiting.evaluate_all("all => all.map(one => one.value)"):
        hands.tick(f"[name=interest][value='{key}']")
    hands.press("main form .actions button")
    hands.fill("[name=text]", "Tack för er tid. Vi saknade hur sensorn fungerar utan nät.")
    hands.send()
    hands.has_no_problems()


# --- suppliers --------------------------------------------------------------------------------------------------------


def say_what_is_offered(hands):
    hands.start()
    hands.follow("/matches/offer/")
    hands.fill("[name=words]", "fallsensor")
    hands.fill("[name=cpv-words]", "trygghetslarm")
    hands.choose("rhythm", "at-once")
    if not hands.script:
        hands.press("main form .actions button[type=submit]:not([name])")
    hands.page.locator("main [name=cpv]").first.wait_for()
    hands.tick("main [name=cpv]")
    hands.press("main form .actions button[type=submit]:not([name])")
    hands.has_no_problems()


def find_notice(hands, words):
    """From the list that everyone reads."""
    hands.follow("/procurements/", "header")
    hands.fill("main [name=q]", words)
    hands.press("main form.filters .actions button") if not hands.script else search(hands)
    hands.press("#results .rows a")


def search(hands):
    """By Enter in the field; the hits change in place."""
    hands.walk_to("main [name=q]") if hands.keyboard else hands.page.focus("main [name=q]")
    hands.page.keyboard.press("Enter")
    hands.page.wait_for_url("**q=*")
    hands.page.wait_for_function("document.querySelector('.htmx-request') === null")


def show_interest(hands, message=""):
    hands.follow("/interest/")
    if message:
        hands.fill("[name=message]", message)
    hands.send()
    hands.has_no_problems()


def ask(hands, competition, text):
    """From the page of the competition; the receipt stands where the page leads, with the way back."""
    hands.follow("/questions/ask/")
    hands.fill("[name=text]", text)
    hands.send()
    hands.sees(text)
    hands.press(f"main .rows a[href='{competition}']")
