"""The other people's work: an organisation is verified, buyers join and procure together, guidance is published."""

import re

import pytest
from django.core.cache import cache

from accounts.grants import Role
from accounts.models import Duty, Organisation
from notifications.models import Mail
from tests import make
from tests.browser.hands import WAYS, Hands, in_every_way

SUBMIT = "main form.form .actions button[type=submit]"


@pytest.fixture
def hands_of(transactional_db, live_server, open_page):
    cache.clear()  # what an earlier test tried does not count against this one
    from taxonomy import loading

    loading.load()

    def hands(person, language, way):
        made = Hands(open_page(**WAYS[way]), live_server.url, keyboard=way == "keyboard")
        if person:
            made.log_in(person.email, make.PASSWORD, language)
        return made

    return hands


@in_every_way
def test_a_newcomer_signs_up_and_the_organisation_becomes_a_verified_buyer(language, way, hands_of):
    admin = hands_of(make.user(duty=Duty.ADMIN, language=language), language, way)
    newcomer = hands_of(None, language, way)

    newcomer.go(f"/{language}/account/signup/")
    newcomer.fill("[name=name]", "Nina Ny")
    newcomer.fill("[name=email]", "nina@kommun.example")
    newcomer.fill("[name=password1]", "en helt egen lång mening")
    newcomer.tick("[name=accept_terms]")
    newcomer.press("main form.form button[type=submit], main form button.button[type=submit]")
    newcomer.page.locator("[name=code]").wait_for()
    code = re.search(
        r"\b[A-Z0-9]{4}-?[A-Z0-9]{2,4}\b|\b\d{6}\b", Mail.objects.get(address="nina@kommun.example").context["text"]
    )
    newcomer.fill("[name=code]", code[0])
    newcomer.press("main form:has([name=code]) button[type=submit]")

    newcomer.go(f"/{language}/organisations/new/")
    newcomer.page.select_option("[name=country]", "SE")
    newcomer.fill("[name=number]", "212000-0142")
    newcomer.press(SUBMIT)
    newcomer.fill("[name=name]", "Nyköpinge kommun")
    newcomer.page.select_option("[name=kind]", "municipality")
    newcomer.press(SUBMIT)
    organisation = Organisation.objects.get(registration_number="2120000142")
    newcomer.go(f"/{language}/procurements/new/")
    newcomer.does_not_see('name="title"')  # no need without verification
    newcomer.go(f"/{language}/organisations/{organisation.slug}/verification/")
    newcomer.fill("[name=evidence]", "Min adress står på kommunens webbplats.")
    newcomer.press(SUBMIT)

    admin.go(f"/{language}/reviews/")
    admin.sees("Nyköpinge kommun")
    admin.press("button[name=decision][value=grant]")
    newcomer.go(f"/{language}/procurements/new/")
    assert newcomer.page.locator("[name=title]").count() == 1
    admin.go(f"/{language}/audit-log/?action=verification")
    admin.sees("verification.")


@in_every_way
def test_buyers_found_a_network_and_procure_together(language, way, hands_of):
    leading = make.buyer(name="Ledarby kommun", slug="ledarby-kommun")
    joining = make.buyer(name="Följeby kommun", slug="foljeby-kommun")
    leader = hands_of(make.member(leading, role=Role.ADMIN, language=language), language, way)
    member = hands_of(make.member(joining, role=Role.ADMIN, language=language), language, way)

    leader.go(f"/{language}/networks/create/")
    leader.fill("[name=name]", "Trygg hemma")
    leader.fill("[name=subject]", "Äldre ska kunna bo hemma utan rädsla.")
    leader.press(SUBMIT)
    member.go(f"/{language}/networks/trygg-hemma/")
    member.press("form[action$='/join/'] button[type=submit]")
    leader.go(f"/{language}/networks/trygg-hemma/inside/")
    leader.press("button[name=answer][value=yes]")
    member.go(f"/{language}/networks/trygg-hemma/inside/")

    leader.go(f"/{language}/networks/buyer-groups/create/")
    leader.fill("[name=name]", "Fallrisk")
    leader.fill("[name=purpose]", "Två kommuner köper tillsammans.")
    leader.press(SUBMIT)
    leader.go(f"/{language}/networks/buyer-groups/fallrisk/invite/?q=F%C3%B6ljeby")
    leader.press("button[name=organisation]")
    member.go(f"/{language}/networks/buyer-groups/fallrisk/")
    member.press("button[name=state][value=committed]")
    member.press("button[name=gives][value=yes]")  # else the lead waits for its approval (test_joint.py)

    leader.go(f"/{language}/procurements/new/?group=fallrisk")
    leader.fill("[name=title]", "Gemensamt behov av fallsensorer")
    leader.press(SUBMIT)
    for name in ("problem", "affected", "cost_today", "desired_effect", "tried"):
        leader.fill(f"[name={name}]", f"Text om {name}")
    leader.press("button[name=then][value=publish]")
    leader.press(SUBMIT)
    reader = hands_of(None, language, way)
    reader.go(f"/{language}/procurements/?joint=joint")
    reader.press("main .rows a")
    reader.sees("Ledarby kommun")
    reader.sees("Följeby kommun")


@in_every_way
def test_an_editor_publishes_guidance_that_stands_beside_its_phase(language, way, hands_of):
    notice = make.notice(title="Ett behov", deadline_at=None)
    editor = hands_of(make.user(duty=Duty.CURATOR, language=language), language, way)

    editor.go(f"/{language}/guidance/editing/new/")
    editor.press("main a[href='?genre=guide']")
    editor.page.select_option("[name=language]", language)
    editor.fill("[name=title]", "Att skriva ett behov")
    editor.tick("[name=phases][value=need]")
    editor.press(SUBMIT)
    editor.fill("[name=summary]", "Fem frågor som räcker.")
    body = "[name=body]" if way == "no script" else "[role=textbox]"
    editor.fill(body, "Skriv vad som händer, och för vem.")
    editor.press(f"{SUBMIT}:not([name])")
    editor.go(f"/{language}/guidance/att-skriva-ett-behov/publish/")
    editor.tick(f"[name=languages][value={language}]")
    editor.press(SUBMIT)

    reader = hands_of(None, language, way)
    reader.go(f"/{language}/procurements/{notice.slug}/")
    if way == "no script":
        reader.press("aside a[href*='/guidance/beside/']")
    reader.sees("Att skriva ett behov")
    reader.press("main a[href$='/guidance/att-skriva-ett-behov/']")
    reader.sees("Skriv vad som händer, och för vem.")
