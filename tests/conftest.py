from typing import Any

import pytest

COPIES = {}  # of the starter lists' tables, as PostgreSQL writes them
HELD: list[Any] = []  # the transaction that a module's tests stand inside of


def let_go():
    from django.db import transaction

    while HELD:
        transaction.set_rollback(True)
        HELD.pop().__exit__(None, None, None)


@pytest.fixture
def at():
    """The clock of a test."""
    from tests import make

    return make.NOW


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The starter lists, loaded once for a module in a transaction that its tests stand inside of."""
    from django.db import transaction

    with django_db_blocker.unblock():
        HELD.append(transaction.atomic())
        HELD[-1].__enter__()
        try:
            yield load_lists()
        finally:
            let_go()


def load_lists():
    """By the product's own loading the first time in a process; from then on by copying what that wrote."""
    from django.apps import apps
    from django.db import connection

    from taxonomy import loading

    tables = [model._meta.db_table for model in apps.get_app_config("taxonomy").get_models()]
    with connection.cursor() as cursor:
        if not COPIES:
            counts = loading.load()
            for table in tables:
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                    COPIES[table] = b"".join(bytes(piece) for piece in copy)
            COPIES["counts"] = counts
            return counts
        for table in tables:
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(COPIES[table])
    return COPIES["counts"]


@pytest.fixture(autouse=True)
def whole_database(request, django_db_blocker):
    """A test with transactions of its own may follow in the same module and process: nothing may be held open around it.

    pytest-django puts those tests last, so no other test of the module misses the lists afterwards.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if HELD and (commits or (marker and marker.kwargs.get("transaction"))):
        with django_db_blocker.unblock():
            let_go()


@pytest.fixture
def lists(loaded, db):
    """The starter code lists, for tests whose forms choose among codes."""
    return loaded


@pytest.fixture
def signed_in():
    """`signed_in(user)`: a client that has logged in as the person, with a second factor where one is asked for."""
    from django.test import Client

    from tests import make

    def login(user):
        own = Client()
        make.second_factor(user)
        own.force_login(user)
        return own

    return login


@pytest.fixture(autouse=True)
def no_banner():
    """Every page asks what stands on top of it, twice a minute of the database: never in the middle of a test that counts."""
    from knowledge.banners import board

    board.keep([], seconds=3600)
    return board


@pytest.fixture(autouse=True)
def source_language():
    """Rules are asserted in the language they are written in; a page has the language of its address."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_are_listed_once():
    """Every test client has middleware of its own, and WhiteNoise's would go through all folders of static files again."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed, through_all = {}, WhiteNoiseMiddleware.add_files_from_finders

    def once(middleware):
        if not listed:
            through_all(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield
