"""Requests made from the OpenAPI documents, good ones and bad ones, never get an answer outside the documents."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any
from urllib.parse import unquote

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import given
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    NotAServerErrorConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.specs.openapi import checks

from rostrum.api.openapi import document
from rostrum.api.versions import WEB
from rostrum.slices import tables
from tests.conftest import ON_POSTGRESQL
from tests.fuzz.conftest import EXAMPLES, tries
from tests.fuzz.ground import Ground

TABLES = tables()
VERSIONS = ("v3.10", "web") if ON_POSTGRESQL else tuple(TABLES)
"""The database does not know the versions: on the second one the newest shape will do."""
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
"""The built-in checks that judge one answer. The others ask for what clients of this API must not get:
`negative_data_rejection` refuses unknown fields and numbers in quotes, `positive_data_acceptance` knows no rule between
two fields. Tokens have a matrix of their own (tests/wire/test_authorization.py)."""
MODES = {"good": GenerationMode.POSITIVE, "bad": GenerationMode.NEGATIVE}
USUAL = {"v3.10": 12, "web": 12, "v3": 8}
"""Examples of each operation in `make test`; the versions between are made of the same declarations."""


@cache
def loaded(version: str) -> Any:
    """The document of a version, as schemathesis reads it."""
    project = ProjectConfig(
        generation=GenerationConfig(with_security_parameters=False),
        # 503 is an answer where the document says so, which status_code_conformance sees to.
        checks=ChecksConfig(not_a_server_error=NotAServerErrorConfig(expected_statuses=["2xx", "3xx", "4xx", "503"])),
    )
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_dict(document(TABLES[version]), config=config)


CASES = [
    pytest.param(version, route.operation.method, route.operation.path, mode, id=f"{mode} {version} {name}")
    for version in VERSIONS
    for route in TABLES[version].routes
    for name in [route.operation.name]
    for mode in MODES
    if mode == "good" or route.query or route.body or route.upload  # any text is a good id
]


@pytest.mark.parametrize(("version", "method", "path", "mode"), CASES)
def test_answers_stay_inside_the_document(ground: Ground, version: str, method: str, path: str, mode: str) -> None:
    operation = loaded(version)[path][method]

    @tries(USUAL.get(version, 3))
    @given(case=operation.as_strategy(MODES[mode]))
    def try_it(case: Any) -> None:
        _name_what_exists(ground, case)
        case.validate_response(_sent(ground, version, case, path), checks=CHECKS)

    name = f"{version} {method} {path} {mode}"
    if not EXAMPLES:
        try_it = hypothesis.seed(zlib.crc32(name.encode()))(try_it)
    try:
        try_it()
    finally:
        if method in {"DELETE", "POST", "PUT"}:
            ground.mend()


def _name_what_exists(ground: Ground, case: Any) -> None:
    for name, value in (case.path_parameters or {}).items():
        case.path_parameters[name] = ground.known(name, str(value))
    for place in (case.query, case.body):
        for name, value in place.items() if isinstance(place, dict) else ():
            if isinstance(value, str):
                place[name] = unquote(ground.known(name, value))


def _sent(ground: Ground, version: str, case: Any, path: str) -> Any:
    """The request exactly as schemathesis would send it, through ASGI on the application's own loop."""
    given_ = case.as_transport_kwargs(base_url=f"http://server.test/api/{version}")
    made = requests.Request(**{key: value for key, value in given_.items() if key != "cookies"}).prepare()
    own = ground.participant_token if path.startswith("/sessions/") else ground.user_token
    token = own if version == WEB else ground.api.secret_key
    headers = {name: _latin(value) for name, value in made.headers.items()}
    return ground.api.request(made.method or "", str(made.url), token=token, headers=headers, content=made.body)


def _latin(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
