"""What four people do with a joint procurement, page by page, as they would with their own hands."""

import os
from pathlib import Path

from tests.browser import workbench as work

GROUP = "Fallsensorer tillsammans"
PURPOSE = "Trettio kommuner delar ett behov, och vill vara en köpare som marknaden kan räkna med."
THINGS = (("Sensorer", "stycken"), ("Utbildning", "timmar"))
REQUIREMENT = "Larmar personalen inom tio sekunder."
SUBJECT, MESSAGE = "Besök på plats", "Den som vill se ett boende är välkommen den 3 december klockan 10."


def look(hands, name):
    """Pictures of the page, narrow and wide, for somebody who wants to see the way (ARENA_SHOTS names the folder)."""
    if folder := os.environ.get("ARENA_SHOTS"):
        before = hands.page.viewport_size
        for width in (320, 1280):
            hands.page.set_viewport_size({"width": width, "height": 900})
            path = Path(folder) / f"{name}-{hands.language}-{width}.png"
            hands.page.screenshot(path=path, full_page=True)
        hands.page.set_viewport_size(before)


# --- the group --------------------------------------------------------------------------------------------------------


def found_group(hands):
    hands.follow("/networks/", "header")
    hands.follow("/buyer-groups/")
    hands.follow("/buyer-groups/create/")
    hands.fill("[name=name]", GROUP)
    hands.fill("[name=purpose]", PURPOSE)
    hands.send()
    hands.has_no_problems()


def open_group(hands):
    hands.follow("/networks/", "header")
    hands.follow("/buyer-groups/")
    hands.press("main .rows h2 a")


def say_what_is_bought(hands):
    hands.follow("/items/")
    for row, (name, unit) in enumerate(THINGS):
        hands.fill(f"[name=name-new{row}]", name)
        hands.fill(f"[name=unit-new{row}]", unit)
    hands.send()
    hands.has_no_problems()


def set_last_day(hands, days):
    hands.follow("/edit/")
    hands.fill("[name=option_until]", work.day(days))
    hands.send()
    hands.has_no_problems()


def invite(hands, name):
    hands.follow("/invite/")
    hands.fill("main [name=q]", name)
    hands.press("main form.search button")
    hands.press("main button[name=organisation]")
    hands.has_no_problems()
    open_group(hands)


def answer_invitation(hands, state):
    """From the line in the inbox."""
    open_newest_line(hands)
    look(hands, f"invited-{state}")
    hands.press(f"main button[name=state][value={state}]")
    hands.has_no_problems()


def open_newest_line(hands):
    hands.follow("/inbox/", "header")
    hands.press("main .rows h3 button.link")


def send_letters(hands, days):
    """To everybody who is ticked from the start: all who buy or may buy."""
    hands.follow("/letters/send/")
    hands.fill("[name=sign_by]", work.day(days))
    look(hands, "letter-send")
    hands.send()
    hands.has_no_problems()


def sign_letter(hands, volumes, budget, currency):
    """From what waits on the group's page. `volumes` by the key of the thing, as the person writes them."""
    open_group(hands)
    hands.press("main section[aria-labelledby=waits] a")
    hands.follow("/sign/")
    for key, volume in volumes.items():
        hands.fill(f"[name=volume-{key}]", volume)
    hands.fill("[name=budget]", budget)
    hands.fill("[name=title]", "Kommundirektör")
    hands.send()  # forgets in which currency
    hands.is_told("currency")
    hands.select("currency", value=currency)
    look(hands, "letter-sign")
    hands.send()
    hands.has_no_problems()


def choose_cost_key(hands, total, currency):
    hands.follow("/cost-key/")
    hands.fill("[name=total]", total)
    hands.select("currency", value=currency)
    hands.choose("method", "inhabitants")
    hands.tick("[name=with_options]")
    hands.send()
    hands.has_no_problems()


def share_task(hands, title, organisation):
    hands.follow("/tasks/")
    hands.fill("[name=title]", title)
    hands.select("organisation", label=organisation)
    hands.fill("[name=due_on]", work.day(5))
    hands.send()
    hands.has_no_problems()


def finish_task(hands):
    """From the start page."""
    hands.start()
    hands.press("main a[href*='/tasks/#task-']")
    look(hands, "tasks")
    hands.press("main form[action$='/done/'] button")
    hands.has_no_problems()


def hand_over_lead(hands, organisation):
    open_group(hands)
    hands.unfold("select[name=participant]")
    hands.select("participant", label=organisation)
    hands.press("main form[action$='/hand-over/'] button")
    hands.has_no_problems()


# --- the text, and who says yes to it ---------------------------------------------------------------------------------


def describe_need(hands):
    """From the page of the group to the approvals that the check before publishing asks for."""
    open_group(hands)
    hands.press("main a[href*='/procurements/new/?group=']")
    hands.fill("[name=title]", work.TITLE)
    hands.send()
    for name, text in work.FIVE.items():
        hands.fill(f"[name={name}]", text)
    work.save(hands, "next")
    hands.fill("[name=summary]", "Vi söker sätt att märka risken för fall innan olyckan sker.")
    work.find_code(hands, "trygghetslarm")
    work.save(hands, "next")
    hands.fill("[name=contact_email]", "upphandling@kommun01.example")
    check(hands)


def check(hands):
    """Saves, and goes by what stands in the way of publishing to the page of approvals."""
    hands.press("button[name=then][value=publish]")
    look(hands, "publish-not-agreed")
    hands.follow("/approvals/", "main p.cluster")


def write_requirement(hands, text):
    hands.follow("/requirements/", "main nav")
    hands.follow("/requirements/edit/")
    hands.fill("[name=new]", text)
    hands.send()
    hands.has_no_problems()


def answer_requirement(hands, key, stand, note):
    """From the page of the group."""
    open_group(hands)
    hands.follow("/requirements/", "main nav")
    hands.press("main a[href*='/requirements/answer/']")
    hands.choose(f"stand-{key}", stand)
    hands.fill(f"[name=note-{key}]", note)
    hands.send()
    hands.has_no_problems()


def open_approvals(hands):
    """The draft that the start page shows, and its approvals."""
    hands.start()
    hands.press("main section[aria-labelledby=today] a[href$='/edit/']")
    hands.follow("/approvals/", "main nav")


def ask_for_approval(hands, words):
    hands.fill("[name=message]", words)
    hands.send("/approvals/ask/")
    hands.has_no_problems()


def approve(hands, picture=""):
    """What waits on the start page."""
    hands.start()
    hands.follow("/approvals/give/")
    if picture:
        look(hands, picture)
    hands.choose("verdict", "approved")
    hands.send("/approvals/give/")
    hands.has_no_problems()


def change_text(hands, name, text):
    hands.start()
    hands.press("main section[aria-labelledby=today] a[href$='/edit/']")
    work.step(hands, "need")
    hands.fill(f"[name={name}]", text)
    check(hands)


def publish(hands):
    """From the page of approvals, when none is missing. Returns the public address."""
    open_approvals(hands)
    hands.follow("/publish/", "main .note")
    look(hands, "publish")
    hands.send()
    hands.has_no_problems()
    return hands.path


def call(hands, need):
    """The competition, to the page of approvals."""
    work.open_notice(hands, need)
    hands.press("button[name=kind][value=competition]")
    work.step(hands, "about")
    hands.fill(
        "[name=description]", "Vi köper sensorer som märker risken för fall, och utbildning av dem som använder dem."
    )
    work.save(hands, "next")
    work.step(hands, "procedure")
    hands.select("procedure", value="open")
    work.save(hands, "next")
    work.step(hands, "codes")
    hands.fill("[name=regions-words]", "SE332")
    work.save(hands, "next")
    hands.fill("[name=deadline_at_day]", work.day(60))
    check(hands)


# --- after the publication --------------------------------------------------------------------------------------------


def write_to_all(hands, notice):
    work.open_notice(hands, notice)
    hands.follow("/message/", "main nav")
    hands.fill("[name=subject]", SUBJECT)
    hands.fill("[name=text]", MESSAGE)
    hands.press("button[name=then][value=read]")
    hands.sees(MESSAGE)
    look(hands, "message")
    hands.press("button[name=then][value=send]")
    hands.has_no_problems()


def find_what_is_over(hands, address):
    """A reader's way: the list shows what is open, and offers the rest."""
    hands.follow("/procurements/", "header")
    hands.fill("main [name=q]", "Fallsensor")
    hands.press("main form.filters .actions button") if not hands.script else work.search(hands)
    hands.press("main a[href*='state=all']")
    hands.press(f"#results .rows a[href='{address}']")


def open_notice_of_the_group(hands, address):
    """From the page of the group."""
    open_group(hands)
    hands.press(f"main section[aria-labelledby=written] a[href='{address}']")


def open_what_interests(hands):
    """From the start page of a supplier."""
    hands.start()
    hands.press("main section[aria-labelledby=interests] .rows h3 a")


def call_off(hands):
    """From the public page of the procurement; the form is filled in with what was published."""
    hands.follow("/call-off/")
    hands.fill("[name=message]", "Vi är med från mars.")
    look(hands, "call-off")
    hands.send()
    hands.has_no_problems()


def decide_call_off(hands):
    """From the line in the inbox."""
    open_newest_line(hands)
    hands.choose("verdict", "approve")
    look(hands, "call-off-decide")
    hands.send()
    hands.has_no_problems()
