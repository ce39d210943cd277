"""From the working text to the public one and back: published, read by a second pair of eyes, archived, restored."""

from __future__ import annotations

from itertools import pairwise

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from knowledge import asking, comparing, publishing
from knowledge.editor_views import LANGUAGES, for_editors
from knowledge.models import Article, ArticleText, ArticleVersion, Publication
from knowledge.publishing_forms import ArchiveForm, PublishForm, SendBackForm
from knowledge.rules import needs_second
from ui import moments
from ui.pages import render_page
from ui.paging import page_of

VERSIONS = 10  # of a page: each is compared with the one before it
Ending = Publication.Ending


@for_editors
def article_publish(request: MemberRequest, slug: str) -> HttpResponse:
    """Where the article stands: what differs, what waits; and the form that asks for it to be public."""
    article, at = _as_it_stands(slug), timezone.now()
    form = _publish_form(request, article, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = asking.ask(
                article,
                revisions=form.revisions(),
                by=request.user,
                at=at,
                publish_at=form.moment,
                brings_back=form.cleaned_data["brings_back"],
            )
        except asking.NotInTime as why:
            form.add_error("publish_at", str(why))
        except asking.Waits as why:
            form.add_error(None, str(why))
        except asking.Changed as why:
            # Sent again after another reading it holds: what was chosen stays, what was seen is what stands there now.
            article, typed = _as_it_stands(slug), request.POST.copy()
            fresh = _publish_form(request, article, None).initial
            typed["seen"], typed["brings_back"] = fresh["seen"], str(fresh["brings_back"])
            form = _publish_form(request, article, typed)
            form.add_error(None, str(why))
        except Refused as why:
            form.add_error("languages", str(why))
        else:
            messages.success(request, _said(asked, request))
            return redirect(article if asked.ending else "knowledge:article_publish", *[] if asked.ending else [slug])
    return _page(request, article, form, SendBackForm(), status=422 if form.errors else 200)


def _as_it_stands(slug: str) -> Article:
    return get_object_or_404(Article.objects.for_list().select_related("instead"), slug=slug)


def _ready(article: Article) -> list[str]:
    return [text.language for text in article.texts.all() if text.is_whole and text.differs_from_current()]


def _publish_form(request: MemberRequest, article: Article, typed: QueryDict | None) -> PublishForm:
    zone, at = request.user.zone, timezone.now()
    return PublishForm(typed, article=article, ready=_ready(article), zone=zone, at=at)


def _page(
    request: MemberRequest, article: Article, form: PublishForm, send_back: SendBackForm, *, status: int
) -> HttpResponse:
    differing = [text for text in article.texts.all() if text.current_version and text.differs_from_current()]
    context = {
        "article": article,
        "form": form,
        "send_back": send_back,
        "ready": _ready(article),
        "tongues": LANGUAGES,
        "needs_second": needs_second(article),
        "changes": [(text, _changes(text)) for text in differing],
        **_waiting(article, request),
    }
    return render_page(request, "knowledge/article_publish.html", context, status=status)


def _said(asked: Publication, request: MemberRequest) -> str:
    if asked.ending:
        return _("The article is public.")
    if asked.publish_at is None:
        return _("The other editors are asked to read it. It is public when one of them approves it.")
    said = _("The article will be public %(when)s.")
    if asked.needs_second:
        said = _("The other editors are asked to read it. When one of them approves it, it will be public %(when)s.")
    return said % {"when": moments.say(asked.publish_at, request.user.zone, get_language() or "sv")}


def _waiting(article: Article, request: MemberRequest) -> dict[str, object]:
    """What waits, and what this editor may do about it; and how the one before it ended, where that is news."""
    asked = list(article.publications.select_related("article", "asked_by", "approved_by", "ended_by")[:2])
    waiting = asked.pop(0) if asked and not asked[0].ended_at else None
    last = asked[0] if asked else None
    news = [Ending.RETURNED] if waiting else [Ending.RETURNED, Ending.OVERTAKEN, Ending.FAILED]
    return {
        "waiting": waiting,
        "waits_for_eyes": bool(waiting and waiting.needs_second and not waiting.approved_at),
        "may_read": bool(waiting and asking.may_read(waiting, request.user)),
        "last": last if last and last.ending in news else None,
        "archive": ArchiveForm(article=article, initial={"instead": article.instead and article.instead.slug}),
    }


@for_editors
@require_POST
def publication_approve(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    publication = get_object_or_404(Publication, pk=pk, article__slug=slug)
    try:
        publication = asking.approve(publication, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
        return redirect("knowledge:article_publish", slug)
    if publication.ending == Ending.PUBLISHED:
        messages.success(request, _("The article is public."))
        return redirect("knowledge:article_detail", slug)
    if publication.ending:
        messages.warning(request, _("It waits no more: %(ending)s.") % {"ending": publication.get_ending_display()})
    else:
        messages.success(request, _("Thank you. The article is public at the chosen moment."))
    return redirect("knowledge:article_publish", slug)


@for_editors
@require_POST
def publication_send_back(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Where it cannot be sent back any more, the page says so and keeps the remark."""
    publication = get_object_or_404(Publication, pk=pk, article__slug=slug)
    form = SendBackForm(request.POST)
    if form.is_valid():
        try:
            ended = asking.send_back(
                publication, remark=form.cleaned_data["remark"], by=request.user, at=timezone.now()
            )
        except Refused as why:
            form.add_error("remark", str(why))
        else:
            if ended.ending == Ending.RETURNED and ended.ended_by == request.user:
                messages.success(request, _("The article is sent back with your remark."))
                return redirect("knowledge:article_publish", slug)
            messages.warning(request, _("It waits no more: %(ending)s.") % {"ending": ended.get_ending_display()})
    article = _as_it_stands(slug)
    return _page(request, article, _publish_form(request, article, None), form, status=422 if form.errors else 409)


@for_editors
@require_POST
def publication_withdraw(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    publication = get_object_or_404(Publication, pk=pk, article__slug=slug)
    if asking.withdraw(publication, by=request.user, at=timezone.now()).ending == Ending.WITHDRAWN:
        messages.success(request, _("The publication is taken back. The text stays as it is."))
    return redirect("knowledge:article_publish", slug)


@for_editors
@require_POST
def article_archive(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    form = ArchiveForm(request.POST, article=article)
    try:
        if not form.is_valid():
            raise Refused(_("Choose another article that is public."))
        publishing.archive(article, instead=form.cleaned_data["instead"], by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The article is archived. Publish it again to bring it back."))
    return redirect("knowledge:article_publish", slug)


@require_safe
@for_editors
def article_history(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    versions = article.versions.filter(language=language).select_related("published_by", "restored_from")
    page = page_of(versions, request.GET, per_page=VERSIONS)
    shown = list(versions[page.start_index() - 1 : page.end_index() + 1]) if page.paginator.count else []
    rows = [(newer, comparing.lines_between(_lines(older), _lines(newer))) for newer, older in pairwise([*shown, None])]
    context = {
        "article": article,
        "page_obj": page,
        "rows": rows[: len(page)],
        "language": language,
        "tongues": LANGUAGES,
        "current": article.texts.filter(language=language).values_list("current_version", flat=True).first(),
        "needs_second": needs_second(article),
    }
    return render_page(request, "knowledge/article_history.html", context)


@for_editors
@require_POST
def article_restore(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    version = get_object_or_404(ArticleVersion.objects.select_related("article"), pk=pk, article__slug=slug)
    by, at = request.user, timezone.now()
    try:
        if needs_second(version.article):
            asking.ask_for_old_words(version, by=by, at=at)
            messages.success(request, _("The old text waits for somebody else to read it. Then it is public again."))
            return redirect("knowledge:article_publish", slug)
        made = publishing.restore(version, by=by, at=at)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The old text is public again, as version %(number)s.") % {"number": made.number})
    return redirect("knowledge:article_history", slug, version.language)


def _changes(text: ArticleText) -> list[comparing.Line]:
    return comparing.lines_between(_lines(text.current_version), _lines(text))


def _lines(words: ArticleVersion | ArticleText | None) -> str:
    if words is None:
        return ""
    return "\n".join([words.title, words.summary, comparing.text_lines(words.body) if words.body else ""])
