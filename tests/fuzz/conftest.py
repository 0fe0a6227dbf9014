"""What the fuzzers call: an application of their own, with people, conferences and logs in it.

`ROSTRUM_FUZZ=200` tries that many examples of each case, in another order every time (`make fuzz`); without it a few,
always the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.conftest import make_settings
from tests.fuzz.ground import Ground, make_ground
from tests.support.api import Api
from tests.support.meeting import with_engine
from tests.support.postgresql import new_database

EXAMPLES = int(os.environ.get("ROSTRUM_FUZZ", "0"))


def tries(usual: int) -> settings:
    """How often to try: `usual` times in the same order, or as often as ROSTRUM_FUZZ says, at random."""
    return settings(
        max_examples=max(EXAMPLES, usual),
        derandomize=not EXAMPLES,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Ground]:
    """The application that is fuzzed; nothing in it is as it was made."""
    url = new_database(database_server) if database_server else ""
    api = Api(make_settings(url), tmp_path_factory.mktemp("fuzz"))
    with_engine(api)
    api.settings.registration.show_link = True
    api.settings.registration.per_address = 0
    yield make_ground(api)
    api.close()
