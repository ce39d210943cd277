"""From the working text to the public one and back: published, read by a second pair of eyes, archived, restored."""

from __future__ import annotations

from itertools import pairwise

from django.contrib import messages
from django.http import HttpResponse
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
    article = get_object_or_404(Article.objects.for_list().select_related("instead"), slug=slug)
    texts = list(article.texts.all())
    ready = [text.language for text in texts if text.is_whole and text.differs_from_current()]
    at = timezone.now()
    form = PublishForm(request.POST or None, article=article, ready=ready, zone=request.user.zone, at=at)
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
        except (asking.Waits, asking.Changed) as why:
            messages.error(request, str(why))
            return redirect("knowledge:article_publish", slug)
        except Refused as why:
            form.add_error("languages", str(why))
        else:
            messages.success(request, _said(asked, request))
            return redirect(article if asked.ending else "knowledge:article_publish", *[] if asked.ending else [slug])
    context = {
        "article": article,
        "form": form,
        "ready": ready,
        "tongues": LANGUAGES,
        "needs_second": needs_second(article),
        "changes": [(text, _changes(text)) for text in texts if text.current_version and text.differs_from_current()],
        **_waiting(article, request),
    }
    return render_page(request, "knowledge/article_publish.html", context, status=422 if form.errors else 200)


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
        "send_back": SendBackForm(),
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
    publication = get_object_or_404(Publication, pk=pk, article__slug=slug)
    form = SendBackForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(" ".join(str(one) for errors in form.errors.values() for one in errors))
        asking.send_back(publication, remark=form.cleaned_data["remark"], by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The article is sent back with your remark."))
    return redirect("knowledge:article_publish", slug)


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
    if form.is_valid():
        publishing.archive(article, instead=form.cleaned_data["instead"], by=request.user, at=timezone.now())
        messages.success(request, _("The article is archived. Publish it again to bring it back."))
    else:
        messages.error(request, _("Choose another article that is public."))
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
