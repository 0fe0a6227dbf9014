"""Fixtures of the walk over the contract."""

from __future__ import annotations

import pytest

from tests.support.api import Api
from tests.wire.world import World, make_world


@pytest.fixture(scope="session")
def world(api: Api) -> World:
    """People, conferences and calls that the whole walk reads; nobody changes what another test reads."""
    return make_world(api)
