"""Tags and filters that every template has (a builtin of the template engine)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from ui import moments

register = template.Library()

# The first that stands in the line wins: Edge says that it is Chrome, and Chrome that it is Safari.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def language() -> str:
    return (get_language() or "sv")[:2]


@register.inclusion_tag("components/deadline.html")
def deadline(moment: datetime, zone: str = "Europe/Stockholm", now: datetime | None = None) -> dict[str, Any]:
    """A moment that matters, never without its zone; quiet when it has passed and `now` is given."""
    local = moment.astimezone(moments.zone_of(zone))
    return {
        "iso": local.isoformat(timespec="minutes"),
        "words": moments.say(moment, zone, language()),
        "passed": bool(now and moment <= now),
    }


@register.simple_tag
def time_left(moment: datetime, now: datetime) -> str:
    """ "12 days left": whole days, whole hours in the last two days, never less than an hour while it is open."""
    left = moment - now
    if left <= timedelta():
        return gettext("closed")
    if left >= timedelta(days=2):
        return ngettext("%(n)s day left", "%(n)s days left", left.days) % {"n": left.days}
    hours = max(1, int(left.total_seconds() // 3600))
    return ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}


@register.simple_tag
def day(moment: date | datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), moments.say_day(local, language()))


@register.simple_tag
def money(value: Decimal | None, currency: str) -> str:
    """Never a zero for what nobody stated."""
    if value is None:
        return gettext("not stated")
    return f"{moments.number(value, language())} {currency}"


@register.inclusion_tag("components/chain.html")
def chain(
    phases: Any,
    current: str = "",
    done: Iterable[str] = (),
    counts: dict[str, int] | None = None,
    label: str = "",
    urls: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The six links of the chain: where a procurement stands, how many are open in each, or simply how it goes.

    `phases` are the members of an enumeration with labels; `done`, `counts` and `urls` speak of them by value.
    """
    passed, counts, urls = set(done), counts or {}, urls or {}
    is_place = bool(current or passed)

    def state(phase: Any) -> str:
        if phase == current:
            return "now"
        if phase in passed:
            return "done"
        return "ahead" if is_place else "count" if phase in counts else "plain"

    links = [{"name": p.label, "state": state(p), "count": counts.get(p), "url": urls.get(p)} for p in phases]
    return {"links": links, "label": label or gettext("The chain of the procurement")}


@register.filter
def grouped(value: int) -> str:
    """1 200 000 as the page's language writes it."""
    return moments.number(value, language())


@register.filter
def beside(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Two lists of the same length as one of pairs: `{% for column, cell in columns|beside:row.cells %}`."""
    return list(zip(first, second, strict=True))


@register.inclusion_tag("components/why.html")
def why(reasons: Iterable[Any]) -> dict[str, Any]:
    """Why the arena judged as it did. A reason is a dict with `text`, an object with `.text`, or a sentence."""
    said = [reason["text"] if isinstance(reason, dict) else getattr(reason, "text", reason) for reason in reasons]
    return {"reasons": said}


@register.simple_tag
def lang_attr(code: str) -> SafeString | str:
    """`lang="nb"` where a text is in another language than its page."""
    return "" if not code or code == language() else format_html('lang="{}"', code)


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The address's query with some values changed; an empty one is taken away: `{% query_with page=3 %}`."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page_obj: Page[Any]) -> dict[str, Any]:
    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return {"page_obj": page_obj, "request": context["request"], "numbers": list(numbers)}


@register.filter
def device(user_agent: str) -> str:
    """Chrome on Android, from what a browser says about itself; the whole of it when nothing in it is known."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent
