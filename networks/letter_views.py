"""Letters of intent in a buyer group: what is bought, sending, reading, signing, declining; and how the cost is shared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.grants import Can
from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks import dividing, signing
from networks.csv_files import csv_of
from networks.letter_forms import CostKeyForm, DeclineForm, ItemsForm, SendForm, SignForm
from networks.models import BuyerGroup, CostKey, Letter, LetterVolume
from ui.limiting import limited
from ui.pages import render_page


def group_items(request: MemberRequest, slug: str) -> HttpResponse:
    """What is bought together, for an administrator of the lead."""
    group = _led(request, slug)
    items = list(group.items.all())
    signed = LetterVolume.objects.filter(item__in=items).values_list("item_id", flat=True).distinct()
    form = ItemsForm(request.POST or None, items=items, signed=signed)
    if request.method == "POST" and form.is_valid():
        moved = {way: request.POST[way] for way in ("up", "down") if way in request.POST}
        try:
            signing.set_items(group, form.chosen(**moved), by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("What you buy together is saved."))
            return redirect("networks:group_items" if moved else "networks:group_detail", slug)
    return render_page(request, "networks/group_items.html", {"group": group, "form": form})


@limited("invite")
def letter_send(request: MemberRequest, slug: str) -> HttpResponse:
    """Letters to one participant or to all who buy or may buy, from an administrator of the lead."""
    group, now = _led(request, slug), timezone.now()
    standing = group.participants.standing().select_related("organisation").order_by("organisation__name", "pk")
    signed = Letter.objects.counting().filter(participant__group=group).values("participant")
    initial = {"to": list(standing.exclude(pk__in=signed).values_list("pk", flat=True))}
    form = SendForm(request.POST or None, participants=standing, today=timezone.localdate(now), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            sent = signing.send(group, **form.cleaned_data, by=request.user, at=now)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            said = ngettext("%(count)s letter is sent.", "%(count)s letters are sent.", len(sent))
            messages.success(request, said % {"count": len(sent)})
            return redirect("networks:group_detail", slug)
    context = {"group": group, "form": form, "items": group.items.all()}
    return render_page(request, "networks/letter_send.html", context)


@require_safe
def letter_list(request: MemberRequest, slug: str) -> HttpResponse:
    """The newest letter of each participant: all of them for the lead, their own for the others who buy or may buy."""
    group = get_object_or_404(BuyerGroup.objects.bought_in_by(request.user), slug=slug)
    now = timezone.now()
    letters = Letter.objects.visible_to(request.user).newest().filter(participant__group=group)
    ordered = letters.select_related("participant__organisation", "participant__group").order_by(
        "participant__organisation__name", "pk"
    )
    is_lead = BuyerGroup.objects.led_by(request.user, Can.ADMINISTER).filter(pk=group.pk).exists()
    rows = [(letter, letter.state(now)) for letter in ordered]
    context = {"group": group, "rows": rows, "is_lead": is_lead, "has_items": group.items.exists()}
    return render_page(request, "networks/letter_list.html", context)


@require_safe
def letter_detail(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    letter = _letter(Letter.objects.visible_to(request.user), slug, pk)
    context = {
        **_read(letter),
        "history": letter.participant.letters.exclude(pk=pk),
        "may_answer": letter.is_waiting and Letter.objects.answerable_by(request.user).filter(pk=pk).exists(),
    }
    return render_page(request, "networks/letter_detail.html", context)


def letter_sign(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """The letter with its blanks, for an administrator of the organisation that it was sent to."""
    letter = _letter(Letter.objects.answerable_by(request.user), slug, pk)
    if request.method != "POST" and not letter.is_waiting:
        return redirect(letter)
    items = list(letter.participant.group.items.all())
    form = SignForm(request.POST or None, items=items, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        try:
            said: dict[str, Any] = {"seen": form.cleaned_data["seen"], "language": get_language() or "en"}
            signing.sign(letter, form.intent(), **said, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The letter of intent is signed, and the lead is told."))
            return redirect(letter)
    context = {**_read(letter), "form": form, "seen": signing.fingerprint(items)}
    return render_page(request, "networks/letter_sign.html", context)


def letter_decline(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    letter = _letter(Letter.objects.answerable_by(request.user), slug, pk)
    if request.method != "POST" and not letter.is_waiting:
        return redirect(letter)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            signing.decline(letter, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The letter of intent is declined, and the lead is told."))
            return redirect(letter)
    return render_page(request, "networks/letter_decline.html", {**_read(letter), "form": form})


def cost_key(request: MemberRequest, slug: str) -> HttpResponse:
    """The key and what each pays, for those who buy or may buy; an administrator of the lead chooses it."""
    group = get_object_or_404(BuyerGroup.objects.bought_in_by(request.user).select_related("lead"), slug=slug)
    is_lead = BuyerGroup.objects.led_by(request.user, Can.ADMINISTER).filter(pk=group.pk).exists()
    if request.method == "POST" and not is_lead:
        raise Http404
    key = _key(group)
    names = ("total", "currency", "method", "item", "with_options")
    initial = {name: getattr(key, name) for name in names} if key else {"method": CostKey.Method.EQUAL}
    form = CostKeyForm(request.POST or None, items=group.items.all(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            dividing.choose(group, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The cost key is saved."))
            return redirect("networks:cost_key", slug)
    now, later = dividing.tables(key) if key else (None, None)
    context = {"group": group, "key": key, "now_shared": now, "if_all": later, "form": form if is_lead else None}
    return render_page(request, "networks/cost_key.html", context)


@require_safe
@limited("export", reads=True)
def cost_key_download(request: MemberRequest, slug: str) -> HttpResponse:
    group = get_object_or_404(BuyerGroup.objects.bought_in_by(request.user), slug=slug)
    key = _key(group)
    if key is None:
        raise Http404
    language = get_language() or "en"
    head = [
        _("Who shares"),
        _("Organisation"),
        _("Takes part as"),
        _("Weight"),
        _("Percent"),
        _("Amount"),
        _("Currency"),
    ]
    rows = [head]
    now, later = dividing.tables(key)
    for who, table in ((_("The committed"), now), (_("With every option holder"), later)):
        for place, share in table.rows if table else ():
            named = [who, place.organisation.name, place.get_state_display()]
            rows.append([*named, share.weight, share.percent, share.amount, key.currency])  # type: ignore[list-item]
    response = HttpResponse(csv_of(rows, language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{group.slug}.csv"'
    return response


def _led(request: MemberRequest, slug: str) -> BuyerGroup:
    return get_object_or_404(BuyerGroup.objects.led_by(request.user, Can.ADMINISTER), slug=slug)


def _letter(letters: Any, slug: str, pk: int) -> Letter:
    related = ("participant__group__lead", "participant__organisation", "signed_by", "declined_by")
    found: Letter = get_object_or_404(letters.select_related(*related), pk=pk, participant__group__slug=slug)
    return found


def _key(group: BuyerGroup) -> CostKey | None:
    return CostKey.objects.filter(group=group).select_related("item", "group", "set_by").first()


def _read(letter: Letter) -> dict[str, Any]:
    """The letter in words: as it was signed, or with its blanks open in the reader's language."""
    group, language = letter.participant.group, get_language() or "en"
    text = letter.text or signing.wording(letter, list(group.items.all()), None, language=language, on=None)
    return {
        "letter": letter,
        "group": group,
        "organisation": letter.participant.organisation,
        "text": text,
        "state": letter.state(timezone.now()),
    }
