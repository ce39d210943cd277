import pytest


@pytest.fixture
def at():
    """The clock of a test."""
    from tests import make

    return make.NOW


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The starter lists, loaded once for a module in a transaction that its tests stand inside of."""
    from django.db import transaction

    from taxonomy import loading

    with django_db_blocker.unblock(), transaction.atomic():
        yield loading.load()
        transaction.set_rollback(True)


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
def source_language():
    """Rules are asserted in the language they are written in; a page has the language of its address."""
    from django.utils import translation

    with translation.override("en"):
        yield
