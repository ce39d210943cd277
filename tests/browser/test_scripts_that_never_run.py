"""Every payload through every field of an article, shown by a real Chromium: no script runs, and none is even tried (S4)."""

import pytest
from django.urls import reverse

from accounts.models import Duty
from knowledge.models import ArticleText, ArticleVersion
from knowledge.rendering import sanitise, shown
from tests import make
from tests.browser.hands import Hands
from tests.knowledge.payloads import PAYLOADS
from tests.knowledge.test_rendering import OURS, harm_in

AT_ONCE = 40  # payloads in one article: few enough that one that swallows what follows hides little


def fields(payload):
    quoted = payload.replace('"', "&quot;")
    return (
        f'<div>{payload}</div><figure><img src="{OURS}" alt="{quoted}"><figcaption>{payload}</figcaption></figure>'
        f'<p><a href="{quoted}">{payload}</a></p><table><caption>{payload}</caption><tr><th>{payload}</th></tr></table>'
    )


@pytest.mark.slow
def test_no_script_runs(lists, live_server, open_page, at):
    curator = make.user(duty=Duty.CURATOR)
    slugs = []
    for number, payload in enumerate(PAYLOADS):
        slugs.append(make.article(title=f"{payload[:150]} {number}", summary=payload[:400]).slug)
    bodies = ["".join(map(fields, PAYLOADS[start : start + AT_ONCE])) for start in range(0, len(PAYLOADS), AT_ONCE)]
    for number, body in enumerate(bodies):  # as they are saved, and as other hands may have written them
        publish(slugs[2 * number], sanitise(body), at)
        publish(slugs[2 * number + 1], body, at)
        assert harm_in(shown(body)) == []
    page = open_page()  # it fails at the end if the content policy had to stop anything
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    hands = Hands(page, live_server.url)
    hands.log_in(curator.email, make.PASSWORD, "en")
    for slug in slugs[: 2 * len(bodies)]:
        for name, more in (
            ("article_detail", []),
            ("article_preview", ["sv"]),
            ("article_edit", ["sv"]),
            ("article_history", ["sv"]),
        ):
            hands.go(reverse(f"knowledge:{name}", args=[slug, *more]))
            if name == "article_edit":
                page.locator("[role=textbox]").wait_for()
    for number in range(1, len(PAYLOADS) // 20 + 2):
        hands.go(f"/en/guidance/?page={number}")
    hands.go(reverse("knowledge:article_review_list"))
    paste(page, hands)
    assert ran == []


def publish(slug, body, at):
    """Past the rules of publication: some of the pictures have no words."""
    text = ArticleText.objects.get(article__slug=slug)
    words = {"title": text.title, "summary": text.summary, "body": body}
    text.current_version = ArticleVersion.objects.create(
        article=text.article, language="sv", number=2, published_at=at, **words
    )
    text.body = body
    text.save()


def paste(page, hands):
    """And what is pasted, into an empty article."""
    slug = make.article(published=False, body="").slug
    hands.go(reverse("knowledge:article_edit", args=[slug, "sv"]))
    page.locator("[role=textbox]").click()
    for start in range(0, len(PAYLOADS), AT_ONCE):
        page.evaluate(PASTE, "".join(PAYLOADS[start : start + AT_ONCE]))
    page.evaluate(PASTE, "<p class=MsoNormal style='mso-x:y'>" + "".join(PAYLOADS[:AT_ONCE]))
    page.wait_for_timeout(500)
    page.on("dialog", lambda dialog: dialog.accept())


PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector("[role=textbox]").dispatchEvent(event);
}"""
