"""The first library: articles that come with the product, published once and then the editors' own."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from files import receiving
from files.inspecting import Inspected
from knowledge import publishing, templating, writing
from knowledge.models import Article, ArticleSlug, Genre, TemplateFile
from knowledge.rendering import render
from knowledge.sheet_files import xlsx_of
from knowledge.word_files import docx_of

LIBRARY = Path(__file__).parent / "library"
REVIEWED_EVERY = timedelta(days=365)
TEMPLATES = "templates/*.md"
FILE = "\n=== file\n"  # below it stands what people download, above it the words about it
OFFICE = "application/vnd.openxmlformats-officedocument"
WRITERS = {"docx": docx_of, "xlsx": xlsx_of}
TYPES = {"docx": f"{OFFICE}.wordprocessingml.document", "xlsx": f"{OFFICE}.spreadsheetml.sheet"}


def load_library(at: datetime, *, library: Path = LIBRARY) -> list[Article]:
    """Creates and publishes the articles that the arena does not have yet; returns those. What is there is left alone.

    A file is named `<slug>.<language>.md` and begins with lines `key: value` between two lines of `---`:
    title and summary, and in the Swedish file where the article is shown: phases, places (of `procurements.bound`), procedures,
    audiences (codes all), themes (words), separated by commas; and role. A template (genre) says the name of its file, and has
    the file's content below its words: `load_template_files` makes it.
    """
    files: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in sorted([*library.glob("*.md"), *library.glob(TEMPLATES)]):
        slug, language = path.stem.rsplit(".", 1)
        files[slug][language] = path
    known = {*Article.objects.values_list("slug", flat=True), *ArticleSlug.objects.values_list("slug", flat=True)}
    return [_load(slug, texts, at) for slug, texts in files.items() if slug not in known]


def load_template_files(at: datetime, *, library: Path = LIBRARY) -> list[TemplateFile]:
    """Adds the file of each template of the first library in each language that never had one; returns those.

    Outside of any transaction, as every upload (`files.receiving`). What editors added or withdrew is left alone.
    """
    ours = {article.slug: article for article in Article.objects.filter(genre=Genre.TEMPLATE, created_by=None)}
    there = set(TemplateFile.objects.values_list("article__slug", "language"))
    made = []
    for path in sorted(library.glob(TEMPLATES)):
        slug, language = path.stem.rsplit(".", 1)
        if slug not in ours or (slug, language) in there:
            continue
        upload = _upload(_read(path)[0]["file"], file_of(path))
        file = receiving.receive(upload, by=None, organisation=None, at=at)
        made.append(templating.add(ours[slug], language=language, file=file, by=None, at=at))
    return made


def file_of(path: Path) -> bytes:
    """What people download of one template in one language, written from its source."""
    facts, _body = _read(path)
    source = path.read_text(encoding="utf-8").partition(FILE)[2]
    write = WRITERS[facts["file"].rpartition(".")[2]]
    return write(source, title=facts["title"], language=path.stem.rsplit(".", 1)[1])


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    """What we wrote ourselves needs no look into it (a test takes one): a process for each of eighteen files takes seconds."""
    upload = SimpleUploadedFile(name, content)
    known = Inspected(name, TYPES[name.rpartition(".")[2]], len(content), sha256(content).hexdigest())
    upload.inspected = known  # type: ignore[attr-defined]
    return upload


@transaction.atomic
def _load(slug: str, texts: dict[str, Path], at: datetime) -> Article:
    facts, body = _read(texts["sv"])
    article = writing.begin(
        slug=slug,
        genre=facts.get("genre", Genre.GUIDE),
        language="sv",
        title=facts["title"],
        summary=facts["summary"],
        body=body,
        phases=_words(facts["phases"]),
        places=_words(facts.get("places", "")),
        procedures=_words(facts.get("procedures", "")),
        audiences=_words(facts.get("audiences", "")),
        themes=_words(facts["themes"]),
        role=facts["role"],
        review_by=at.date() + REVIEWED_EVERY,
        by=None,
        at=at,
    )
    for language in sorted(texts.keys() - {"sv"}):
        facts, body = _read(texts[language])
        writing.save(
            article, language, title=facts["title"], summary=facts["summary"], body=body, revision=0, by=None, at=at
        )
    publishing.publish(article, languages=sorted(texts), by=None, at=at)
    return article


def _read(path: Path) -> tuple[dict[str, str], str]:
    _nothing, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.split(":", 1) for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, value in pairs}, render(body.partition(FILE)[0].strip())


def _words(line: str) -> list[str]:
    return [word.strip() for word in line.split(",") if word.strip()]
