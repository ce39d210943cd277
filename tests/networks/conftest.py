"""A network of two buyers: Lund leads it, Malmö is a member."""

import pytest

from accounts.grants import Role
from tests import make


@pytest.fixture
def leader():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def lena(leader):
    return make.member(leader, role=Role.ADMIN, name="Lena Ledare")


@pytest.fixture
def network(leader, lena):
    return make.network(leader=leader, by=lena, name="Trygga hem")


@pytest.fixture
def other(network):
    organisation = make.buyer(name="Malmö stad")
    make.joined(network, organisation)
    return organisation


@pytest.fixture
def mona(other):
    return make.member(other, name="Mona Medlem")
