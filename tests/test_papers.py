"""What is written about the arena is true of it: documents, deployment files, the table of variables, what lies in the repository.

No container engine is asked for: what compose and Docker would read is read here by a reader of lines.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from accounts.grants import GRANTS, Can, Role
from accounts.models import Duty
from procurements.models import TeamRole

ROOT = Path(settings.BASE_DIR)
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
README = (ROOT / "README.md").read_text()
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

READ = re.compile(
    r'env\.(?:str|bool|int|list)\(\s*"(\w+)"|required\(\s*"(\w+)"'
    r'|os\.environ(?:\.get\(|\.setdefault\(|\[)\s*"(\w+)"|"(\w+)"(?: not)? in os\.environ'
)
OF_OTHERS = re.compile(r"(?:DJANGO|PYTEST)_|PATH$|__")
PROGRAMS = [
    *(ROOT / name for name in ("start", "test", "bootstrap.py", "manage.py")),
    *(ROOT / "arena").rglob("*.py"),
    *(ROOT / "tests").rglob("*.py"),
]


def part(pattern, text):
    """What stands in the pattern's first group; the text must have it."""
    found = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    assert found, f"nothing like {pattern}"
    return found[1]


def names_of(found):
    return {name for names in found for name in ((names,) if isinstance(names, str) else names) if name}


def read_by(*paths):
    names = names_of(READ.findall("\n".join(path.read_text() for path in paths)))
    return {name for name in names if not OF_OTHERS.match(name)}


def rows_of(text, first=r"`(\w+)`"):
    """The cells of each row of the Markdown tables whose first cell matches, by that cell."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and (named := re.fullmatch(first, cells[0])):
            assert named[1] not in found, f"{named[1]} stands twice"
            found[named[1]] = cells[1:]
    return found


VARIABLES = rows_of(README.partition("## Environment variables")[2].partition("\n## ")[0])
REPLICA = (ROOT / "deploy/replica.yml").read_text()
FOR_COMPOSE = set(re.findall(r"\$\{(\w+)", COMPOSE + REPLICA))
FOR_DATABASE = set(re.findall(r"\$(\w+)", (ROOT / "deploy/database.sh").read_text()))


# --- the table of variables -------------------------------------------------------------------------------------------


def test_every_variable_that_is_read_stands_in_the_readme():
    assert read_by(*PROGRAMS) | FOR_COMPOSE | FOR_DATABASE <= set(VARIABLES)


def test_no_variable_in_the_readme_is_invented():
    given = set(re.findall(r"^ +([A-Z_]+):", COMPOSE, re.MULTILINE))
    assert set(VARIABLES) <= read_by(*PROGRAMS) | FOR_COMPOSE | given


def test_the_readme_gives_the_defaults_of_the_settings():
    literal = re.compile(r'(?:env\.(?:str|int)|required)\(\s*"(\w+)",\s*(?:"([^"]+)"|(\d+))')
    defaults = {
        name: text or number for name, text, number in literal.findall((ROOT / "arena/settings.py").read_text())
    }
    assert len(defaults) > 10
    secret = {"SECRET_KEY"}
    wrong = {
        name: value for name, value in defaults.items() if name not in secret and f"`{value}`" not in VARIABLES[name][0]
    }
    assert wrong == {}


# --- compose and Dockerfile ------------------------------------------------------------------------------------------


def services():
    """The text of each service, by name."""
    block = part(r"^services:\n(.*?)^(?=\S)", COMPOSE)
    block = re.sub(r"^ *#.*\n", "", block, flags=re.MULTILINE)
    parts = re.split(r"^  (\w+):\n", block, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def lists(text, key):
    return [json.loads(found) for found in re.findall(rf"\b{key}:\s*(\[.*?\])\n", text, re.DOTALL)]


def test_compose_runs_six_services_and_on_demand_a_worker_for_each_kind_of_work():
    on_demand = {name: lists(text, "profiles")[0] for name, text in services().items() if "profiles:" in text}
    assert [name for name in services() if name not in on_demand] == [
        "postgres",
        "redis",
        "prepare",
        "web",
        "worker",
        "beat",
    ]
    assert on_demand == {f"{queue}_worker": ["queues"] for queue in ("match", "mail", "files")}
    known = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    for name in on_demand:
        command = lists(services()[name], "command")[0]
        assert command[command.index("-Q") + 1] == name.removesuffix("_worker")
    for paper in (COMPOSE, (ROOT / "docs/deployment.md").read_text()):
        asked = re.findall(r'-Q(?:", ")? ?([\w,]+)', paper)
        assert {queue for listed in asked for queue in listed.split(",")} <= known


def test_the_replica_copies_as_the_role_that_the_primary_lets_in():
    made, copied = ((ROOT / f"deploy/{name}.sh").read_text() for name in ("replication", "replica"))
    [role] = re.findall(r"PGUSER: (\w+)", REPLICA)
    assert f"create role {role} login replication" in made
    assert f"host replication {role} all scram-sha-256" in made
    assert "pg_basebackup" in copied
    for source in re.findall(r"- \./([\w./]+):", REPLICA):
        assert (ROOT / source).exists(), source
    for name, role in re.findall(r"(\w+_URL): postgres://(\w+):", REPLICA):
        assert name in read_by(ROOT / "arena/settings.py")
        assert role == settings.APP_ROLE


def test_compose_depends_on_mounts_and_merges_only_what_exists():
    needed = re.findall(r"(\w+): \{condition: service_(?:healthy|completed_successfully)\}", COMPOSE)
    assert set(needed) <= set(services())
    for name, condition in re.findall(r"(\w+): \{condition: (service_healthy)\}", COMPOSE):
        assert "healthcheck:" in services()[name], condition
    assert set(re.findall(r"\*(\w+)", COMPOSE)) == set(re.findall(r"&(\w+)", COMPOSE))
    volumes = set(re.findall(r"^  (\w+):$", COMPOSE.partition("\nvolumes:\n")[2], re.MULTILINE))
    mounts = re.findall(r"^      - (?!\")([\w./]+):(/\S+)$", COMPOSE, re.MULTILINE)
    assert {source for source, _target in mounts if not source.startswith(".")} == volumes
    assert all((ROOT / source).exists() for source, _target in mounts if source.startswith("."))


def test_compose_says_nothing_secret_and_asks_for_what_the_example_has():
    example = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert example == FOR_COMPOSE
    assert re.findall(r"(?:PASSWORD|SECRET_KEY): (?!\$\{\w+:\?\})", COMPOSE) == []
    assert re.findall(r"://\w+:(?!\$\{)[^@\s]+@", COMPOSE) == []
    assert re.findall(r"^(\w*(?:PASSWORD|SECRET)\w*)=\S", (ROOT / ".env.example").read_text(), re.MULTILINE) == []


def test_compose_hands_on_only_variables_that_the_settings_read():
    shared = part(r"^x-environment:.*?\n(.*?)\n\n", COMPOSE)
    assert set(re.findall(r"^  ([A-Z_]+):", shared, re.MULTILINE)) <= read_by(ROOT / "arena/settings.py")


def test_every_command_exists():
    commands = [
        *lists(COMPOSE, "command"),
        *(json.loads(line) for line in re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)),
    ]
    ours = [command for command in commands if command[0] == "python"]
    assert len(ours) == 8
    for command in ours:
        if command[1] == "-m":
            assert importlib.util.find_spec(command[2]), command
        else:
            assert (ROOT / command[1]).exists(), command
            assert command[2] in get_commands(), command
    for text in (DOCKERFILE, README, *(path.read_text() for path in PAPERS)):
        assert set(re.findall(r"manage\.py (\w+)", text)) <= set(get_commands())


def test_the_image_the_compose_file_and_start_run_the_same_processes():
    web, worker, beat = (lists(services()[name], "command")[0] for name in ("web", "worker", "beat"))
    assert web == json.loads(part(r"^CMD (.*?)$", DOCKERFILE))
    launched = " ".join((ROOT / "arena/launch.py").read_text().split())
    differing = {"python", "0.0.0.0", "8000", "/tmp/beat"}
    for command in (web, worker, beat):
        for pair in pairwise(command):
            assert differing.intersection(pair) or '"{}", "{}"'.format(*pair) in launched, pair


def test_the_names_of_the_database_are_the_same_everywhere():
    made = (ROOT / "deploy/database.sh").read_text()
    for role in re.findall(r"postgres://(\w+):", COMPOSE):
        assert f"create role {role} login" in made
    assert settings.APP_ROLE in made
    assert set(re.findall(r"@postgres/(\w+)", COMPOSE)) == set(re.findall(r"create database (\w+)", made))


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_in_particular():
    for source in re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE):
        assert (ROOT / source).exists(), source
    assert "pip install --require-hashes -r requirements/run.txt" in DOCKERFILE
    assert "--hash=sha256:" in (ROOT / "requirements/run.txt").read_text()
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["arena"]
    python = part(r"^FROM python:([\d.]+)-slim$", DOCKERFILE)
    assert tuple(map(int, python.split("."))) >= (3, 11)


def test_static_files_can_be_collected_with_the_values_in_the_dockerfile():
    step = part(r"^RUN (ARENA_MODE=.*?)^$", DOCKERFILE).replace("\\\n", " ")
    given = dict(re.findall(r"([A-Z_]+)=(\S+)", step))
    done = subprocess.run(
        [sys.executable, *step.split("python ")[1].split(), "--dry-run"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **given}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_health_check_asks_under_a_name_that_the_arena_answers_to():
    assert ["CMD", "python", "deploy/is_healthy.py"] in lists(services()["web"], "test")
    asked = (ROOT / "deploy/is_healthy.py").read_text()
    assert reverse("healthz") in asked
    assert 'os.environ["ALLOWED_HOSTS"]' in asked


def test_the_sample_proxy_allows_only_modern_tls_and_replaces_what_visitors_claim():
    proxy = (ROOT / "deploy/Caddyfile").read_text()
    assert re.findall(r"protocols (.*)", proxy) == ["tls1.2 tls1.3"]
    assert {"header_up X-Forwarded-For {remote_host}", "header_up X-Forwarded-Proto {scheme}"} <= {
        line.strip() for line in proxy.splitlines()
    }
    assert "max_header_size" in proxy


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_leads_only_to_what_exists(paper):
    text = re.sub(r"```.*?```", "", paper.read_text(), flags=re.DOTALL)
    links = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert [target for target in links if not (paper.parent / target).exists()] == []
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*\.(?:py|md|html|sh|css|txt|toml|yml))`", text)
    assert [name for name in named if not any((base / name).exists() for base in (ROOT, ROOT / "templates"))] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_context_decision_and_price(decision):
    text = decision.read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Price"]
    assert re.match(rf"# {int(decision.name[:4])}\. \S", text)
    assert len(text.splitlines()) <= 70


def test_decisions_are_numbered_without_gaps():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_goal_of_quality_has_one_row():
    rows = rows_of((ROOT / "docs/quality.md").read_text(), first=r"((?:R|S|P|AX)\d+)")
    goals = [
        f"{letter}{n}" for letter, last in (("R", 15), ("S", 24), ("P", 6), ("AX", 10)) for n in range(1, last + 1)
    ]
    assert list(rows) == goals
    assert {row[1] for row in rows.values()} <= {"1", "1, part", "2", "3", "not yet"}


def test_the_table_of_grants_is_what_the_code_says():
    lines = ["| role | " + " | ".join(can.value for can in Can) + " |", "|---" * (len(Can) + 1) + "|"]
    for role in Role:
        lines.append(f"| {role.value} | " + " | ".join("yes" if can in GRANTS[role] else "no" for can in Can) + " |")
    written = part(r"begin -->\n(.*)<!-- made from the code: end", (ROOT / "docs/access.md").read_text())
    assert written.strip() == "\n".join(lines)


@pytest.mark.parametrize(("heading", "choices"), [("on the team", TeamRole), ("Duties", Duty)])
def test_every_role_and_duty_is_explained(heading, choices):
    chapter = (ROOT / "docs/access.md").read_text().partition(f"{heading}")[2].partition("\n## ")[0]
    assert list(rows_of(chapter, first=f"({'|'.join(choices.values)})")) == choices.values


def test_the_documents_say_what_was_not_run():
    assert "the image was not built and the compose file was not run" in README


def test_every_room_stands_in_the_readme_and_in_the_architecture():
    rooms = [app for app in settings.INSTALLED_APPS if (ROOT / app / "__init__.py").exists()]
    for text in (README, (ROOT / "docs/architecture.md").read_text()):
        assert [room for room in rooms if f"{room}/" not in text] == []


# --- what lies in the repository --------------------------------------------------------------------------------------


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine():
    hosts = r"\b(?:pypi|pythonhosted|npmjs|debian|ubuntu|docker)\.(?:org|com|io)\b"
    places = r"(?<![\w.*>)-])/(?:work|root|home/\w+)/"
    found = {}
    for path in tracked():
        try:
            if lines := re.findall(f"{hosts}|{places}", path.read_text()):
                found[str(path.relative_to(ROOT))] = lines
        except UnicodeDecodeError:
            continue  # not text: a compiled catalogue, a picture
    assert found == {}


def test_no_file_is_larger_than_a_megabyte():
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > 1_000_000] == []


def test_the_licence_is_named_the_same_everywhere():
    licence = (ROOT / "LICENSE").read_text()
    assert all("EUPL-1.2" in text for text in (licence, README, (ROOT / "pyproject.toml").read_text()))
    for line in (
        "European Union, Publications Office, eForms SDK 1.15.1, CC BY 4.0, adapted",
        "DFØ, eforms-sdk-nor, CC BY 4.0",
    ):
        assert all(line in text for text in (licence, README, (ROOT / "taxonomy/data/README.md").read_text()))


def test_the_changes_of_this_version_are_told():
    version = part(r'^version = "(.*?)"$', (ROOT / "pyproject.toml").read_text())
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text()
