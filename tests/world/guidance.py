"""Templates with files that few may fetch, a case that is not public yet, and what one editor asks another."""

from typing import Any

from accounts.models import Duty
from knowledge import asking, casing, templating
from tests import make
from tests.world.base import World, canary


def templates(world: World, secret: str) -> None:
    """A public one with a version that stands and one that was withdrawn; and one that is a draft."""
    keep, curator = world.things, world.person("curator")
    facts: dict[str, Any] = {"genre": "template", "at": world.at}
    keep["template"] = make.article(**facts, title="Mall: behov")
    keep["template_draft"] = make.article(**facts, title=canary("templatetitle"), published=False)
    keep["template_draft"].slug = "mallutkastet"
    keep["template_draft"].save()
    hidden = {
        "name": f"{canary('templatename')} {secret}.txt",
        "content": f"{canary('templatefile')} {secret}".encode(),
    }
    keep["template_files"] = {
        "published": _file(world, "template", by=curator, name="Behov.txt", content=b"Behov"),
        "withdrawn": _file(world, "template", by=curator, news="Fler rader.", **hidden),
        "draft": _file(world, "template_draft", by=curator, **hidden),
    }
    templating.withdraw(keep["template_files"]["withdrawn"], by=curator, at=world.at)


def case(world: World, secret: str) -> None:
    curator = world.person("curator")
    made = casing.begin(world.awarded.procurement, language="sv", by=curator, at=world.at)
    said = {"measure": f"{canary('casemeasure')} {secret}", "suppliers": f"{canary('casesupplier')} {secret}"}
    casing.change(made, said, seen=made.case.edited_at, by=curator, at=world.at)
    world.things["case"] = made


def publication(world: World, secret: str) -> None:
    """Sent back once with a remark; asked for again, and waiting for other eyes than those of who asks."""
    asker = make.user(duty=Duty.CURATOR, name="Alva Ask")
    draft = make.article(published=False, at=world.at, title=canary("askedtitle"), slug="begard", four_eyes=True)
    said: dict[str, Any] = {"revisions": {"sv": 1}, "by": asker, "at": world.at}
    remark = f"{canary('remark')} {secret}"
    asking.send_back(asking.ask(draft, **said), remark=remark, by=world.person("curator"), at=world.at)
    world.things["publication"] = asking.ask(draft, **said)


def _file(world: World, of: str, *, by: Any, name: str, content: bytes, news: str = "") -> Any:
    stored = make.stored_file(name=name, content=content, content_type="text/plain")
    return templating.add(world.things[of], language="sv", file=stored, news=news, by=by, at=world.at)
