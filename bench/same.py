"""Checks that two servers give the same answers, so that their costs may be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from bench import data
from bench.servers import Server, ask

_HOST = re.compile(r"127\.0\.0\.1:\d+")
_MOST_SHOWN = 5


class DifferentAnswersError(Exception):
    """Two servers answered differently; the message names the fields."""


def check(one: Server, other: Server, token: str, prefix: str, kinds: Iterable[str]) -> None:
    """Compare accounts, conferences, pages (as `kinds` says) and a new account. Raises DifferentAnswersError."""
    for kind in kinds:
        for address in data.get_paths(kind, token, 20):
            _compare(address, one.get(address), other.get(address))
    body = json.dumps(data.new_user(f"{prefix}same")).encode()
    address = data.post_path(token)
    _compare(address, ask(one.port, "POST", address, body), ask(other.port, "POST", address, body))
    for server in (one, other):
        refused = ask(server.port, "GET", data.all_paths("user", "wrong")[0])[0]
        if refused not in {401, 403}:
            message = f"{server.name} answers {refused} to a wrong token"
            raise DifferentAnswersError(message)


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """The places where two JSON values differ; 1 and true are different, addresses of hosts are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = [f"{where}.{name}: only in one" for name in one.keys() ^ other.keys()]
        for name in one.keys() & other.keys():
            found += differences(one[name], other[name], f"{where}.{name}")
        return found
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [text for at in range(len(one)) for text in differences(one[at], other[at], f"{where}[{at}]")]
    same = json.dumps(_plain(one)) == json.dumps(_plain(other))
    return [] if same else [f"{where}: {one!r} and {other!r}"]


def _compare(address: str, one: tuple[int, bytes], other: tuple[int, bytes]) -> None:
    path = address.partition("?")[0]
    if one[0] != 200 or other[0] != 200:
        message = f"{path}: {one[0]} {one[1][:300]!r} and {other[0]} {other[1][:300]!r}"
        raise DifferentAnswersError(message)
    found = differences(json.loads(one[1]), json.loads(other[1]))
    if found:
        message = f"{path}: " + "; ".join(found[:_MOST_SHOWN])
        raise DifferentAnswersError(message)


def _plain(value: Any) -> Any:
    return _HOST.sub("HOST", value) if isinstance(value, str) else value
