"""The arena's main job from end to end: a need is published, the right supplier hears of it, and registers interest."""

import time

import pytest

from accounts.grants import Role
from tests import make
from tests.browser.hands import WAYS, Hands, in_every_way
from tests.notifications import kit

SUPPLIER = "Nordsensor AB"


@pytest.fixture
def people(transactional_db):
    from taxonomy import loading

    loading.load()

    def make_people(language):
        buyer = make.buyer(name="Fjällviks kommun", slug="fjallviks-kommun")
        supplier = make.supplier(name=SUPPLIER, slug="nordsensor-ab")
        other = make.supplier(name="Andra AB", slug="andra-ab")
        return {
            "procurer": make.member(buyer, name="Anna Berg", language=language),
            "supplier": make.member(supplier, role=Role.ADMIN, name="Sara Lind", language=language),
            "other": make.member(other, name="Olle Ek", language=language),
        }

    return make_people


@pytest.fixture
def worker(tmp_path, transactional_db):
    sink = kit.MailSink(tmp_path)
    workers = kit.Workers(sink, tmp_path)
    workers.worker()
    yield sink
    workers.close()
    sink.close()


@in_every_way
def test_a_need_finds_its_supplier(language, way, people, worker, live_server, open_page):
    persons = people(language)

    def hands_of(person):
        hands = Hands(open_page(**WAYS[way]), live_server.url, keyboard=way == "keyboard")
        hands.log_in(person.email, make.PASSWORD, language)
        return hands

    supplier, procurer, other = (hands_of(persons[name]) for name in ("supplier", "procurer", "other"))

    # The supplier says what it offers, finding the codes by words.
    supplier.go(f"/{language}/matches/offer/")
    supplier.fill("[name=words]", "fallsensor")
    supplier.fill("[name=cpv-words]", "trygghetslarm")
    supplier.tick("[name=rhythm][value=at-once]") if way != "keyboard" else choose(supplier, "at-once")
    if way == "no script":
        supplier.press("main form button[type=submit]:not([name])")
    supplier.page.locator("[name=cpv]").first.wait_for()
    supplier.tick("[name=cpv]")
    supplier.press("main form .actions button[type=submit]:not([name])")
    supplier.does_not_see('class="problems"')

    # The procurer describes a need and publishes it.
    procurer.go(f"/{language}/procurements/new/")
    procurer.fill("[name=title]", "Fallsensor för äldre i hemmet")
    procurer.press("main form .actions button")
    for name in ("problem", "affected", "cost_today", "desired_effect", "tried"):
        procurer.fill(f"[name={name}]", f"Text om {name} – så som det är i dag")
    procurer.press("button[name=then][value=next]")
    procurer.fill("[name=summary]", "Text om summary – så som det är i dag")
    procurer.press("button[name=then][value=next]")
    procurer.fill("[name=contact_email]", "upphandling@fjallvik.example")
    procurer.press("button[name=then][value=publish]")
    procurer.press("main form .actions button")
    address = procurer.page.url.removeprefix(live_server.url)
    assert address.startswith(f"/{language}/procurements/fallsensor-for-aldre-i-hemmet-")

    # The supplier hears of it in seconds, with the reason, in the inbox and by mail.
    until(lambda: has_line(supplier, language), 40)
    supplier.sees("Fallsensor för äldre i hemmet")
    assert "fallsensor" in supplier.page.locator(".why").first.inner_text().lower()
    kit.wait_until(lambda: [m for m in worker.messages() if m["To"] == persons["supplier"].email], 40)
    [mail] = [message for message in worker.messages() if message["To"] == persons["supplier"].email]
    assert "Fallsensor" in str(mail["Subject"]) + mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    # It opens the line and registers interest.
    supplier.press(".rows button.link")
    assert supplier.page.url.removeprefix(live_server.url) == address
    supplier.press(f"a[href='{address}interest/']")
    supplier.fill("[name=message]", "Vi har provat radar utan bild.")
    supplier.press("main form .actions button[type=submit]")
    supplier.sees(SUPPLIER)

    # The procurer sees who; nobody else sees who or how many.
    procurer.go(f"{address}interests/")
    procurer.sees(SUPPLIER)
    procurer.sees("Vi har provat radar utan bild.")
    for path in (address, f"/{language}/procurements/?state=all", f"/{language}/organisations/fjallviks-kommun/"):
        other.go(path)
        other.does_not_see(SUPPLIER)
    assert other.page.goto(f"{live_server.url}{address}interests/").status == 404

    # The procurer amends it with a reason; anyone reads the difference.
    procurer.go(f"{address}edit/need/")
    procurer.fill("[name=title]", "Fallsensor för äldre som bor hemma")
    procurer.press("button[name=then][value=publish]")
    procurer.fill("[name=reason]", "Tydligare rubrik.")
    procurer.press("main form .actions button[type=submit]")
    reader = Hands(open_page(**WAYS[way]), live_server.url)
    reader.go(address)  # the old address leads to the new one
    reader.sees("Tydligare rubrik.")
    reader.sees("Fallsensor för äldre i hemmet")

    # The supplier withdraws.
    supplier.go(address)
    supplier.press("aside a[href$='/interest/']")
    supplier.press("form[action$='/withdraw/'] button")
    procurer.go(f"{address}interests/")
    procurer.does_not_see(SUPPLIER)


def choose(hands, value):
    """A radio button by keyboard: Tab to the group, then the arrows."""
    hands.walk_to("[name=rhythm]")
    for _step in range(6):
        if hands.page.evaluate("document.activeElement.value") == value:
            hands.page.keyboard.press("Space")
            return
        hands.page.keyboard.press("ArrowDown")
    raise AssertionError(f"No choice {value}")


def has_line(hands, language):
    hands.go(f"/{language}/inbox/")
    return hands.page.locator(".rows button.link").count() > 0


def until(what, seconds):
    """As kit.wait_until, but gentle to the server: a page a second."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(1)
