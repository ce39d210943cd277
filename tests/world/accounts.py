"""Organisations and the people of them."""

from accounts import keying, membering, verifying
from accounts.grants import Role
from accounts.models import Duty
from records import keeping
from tests import make
from tests.world.base import World, canary


def people(world: World) -> None:
    keep = world.things
    keep["buyer"] = make.buyer(name="Köparens kommun", slug="koparens-kommun", registration_number="2120000142")
    keep["other_buyers"] = make.buyer(name="Grannens kommun", slug="grannens-kommun")
    keep["member_buyer"] = make.buyer(name="Medlemmens region", slug="medlemmens-region")
    keep["leader_buyer"] = make.buyer(name="Ledarens stad", slug="ledarens-stad")
    keep["supplier"] = make.supplier(name="Sensorbolaget AB", slug="sensorbolaget")
    keep["other"] = make.supplier(name="Konkurrenten AB", slug="konkurrenten")
    keep["unclaimed"] = make.organisation(name="Ingen ännu", slug="ingen-annu")
    keep["sole_trader"] = make.organisation(
        name="Egen firma", slug="egen-firma", kind="sole-trader", registration_number="8001011239"
    )
    keep["merged"] = make.organisation(name="Gamla namnet", slug="gamla-namnet", merged_into=keep["buyer"])
    who = {
        "stranger": lambda **f: make.user(**f),
        "supplier_reader": lambda **f: make.member(keep["supplier"], role=Role.READER, **f),
        "supplier_editor": lambda **f: make.member(keep["supplier"], **f),
        "other_supplier": lambda **f: make.member(keep["other"], **f),
        "buyer_reader": lambda **f: make.member(keep["buyer"], role=Role.READER, **f),
        "buyer_editor": lambda **f: make.member(keep["buyer"], **f),
        "buyer_admin": lambda **f: make.member(keep["buyer"], role=Role.ADMIN, **f),
        "other_buyer": lambda **f: make.member(keep["other_buyers"], **f),
        "network_member": lambda **f: make.member(keep["member_buyer"], role=Role.ADMIN, **f),
        "network_leader": lambda **f: make.member(keep["leader_buyer"], role=Role.ADMIN, **f),
        "curator": lambda **f: make.user(duty=Duty.CURATOR, **f),
        "programme": lambda **f: make.user(duty=Duty.PROGRAMME, **f),
        "support": lambda **f: make.user(duty=Duty.SUPPORT, **f),
        "admin": lambda **f: make.user(duty=Duty.ADMIN, **f),
    }
    world.people["anonymous"] = None
    for name, made in who.items():
        world.people[name] = made(name=f"Person {name}", email=f"cnrymail{name.replace('_', '')}@example.org")
    # Locked out, whatever the person had the right to before.
    suspended = make.member(keep["buyer"], role=Role.ADMIN, name="Person suspended", email="suspended@example.org")
    suspended.duties.create(duty=Duty.ADMIN, given_at=world.at)
    suspended.is_active = False
    suspended.save()
    world.people["suspended"] = suspended
    keep["second_admin"] = make.user(duty=Duty.ADMIN, name="Second admin")


def belongings(world: World, secret: str) -> None:
    keep, people = world.things, world.people
    owner, admin = people["stranger"], people["buyer_admin"]
    assert owner is not None
    assert admin is not None
    keep["invitation"], keep["token"] = membering.invite(
        world.buyer, email="cnryinvited@example.org", role=Role.READER, by=admin, at=world.at
    )
    keep["verification"] = verifying.ask(
        world.unclaimed, evidence=f"{canary('evidence')} {secret}", by=owner, at=world.at
    )
    keep["kept"] = keeping.keep(
        owner, path="/sv/profile/", fields=[("name", [f"{canary('kepttext')} {secret}"])], files={}, at=world.at
    )
    keep["calendar_secret"] = keying.make_key(world.person("buyer_editor"), at=world.at)
    keep["memberships"] = {
        name: user.memberships.get() for name, user in people.items() if user and user.memberships.exists()
    }
