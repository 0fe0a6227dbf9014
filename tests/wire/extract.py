"""Take the facts of the published API contract into `contract/*.json`.

    python tests/wire/extract.py endpoints.json objects.json [TARGET]

Facts are names, types, ranges, permissions, keys and reasons; sentences of the documentation are left behind (the
messages of errors are kept, clients see them). Nothing is corrected here: `readings.py` does that, with numbers.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Facts = dict[str, Any]

HERE = Path(__file__).parent
NULL = re.compile(r"can be null|\bor null\b|null (?:=|when|means|to others)")


def endpoint(raw: Mapping[str, Any]) -> Facts:
    """One endpoint: its names and its forms, oldest first; a form holds for all versions that it lists."""
    forms: list[Facts] = []
    for version in reversed(raw["versions"]):
        form = _form(raw, version)
        if forms and all(form[key] == forms[-1][key] for key in form if key != "versions"):
            forms[-1]["versions"].append(version)
        else:
            forms.append(form)
    facts = {"id": raw["id"], "method": raw["method"], "path": raw["path"], "forms": forms}
    if "path_in_curl" in raw:
        facts["path_in_curl"] = raw["path_in_curl"]
    return facts


def an_object(raw: Mapping[str, Any]) -> Facts:
    """One object: the versions that have it and its fields."""
    return {
        "ref": raw["ref"].split(" ")[0],
        "versions": list(reversed(raw["versions"])),
        "contains": raw["contains_fields_of"],
        "only_in_example": raw["in_example_not_in_table"],
        "only_in_table": raw["in_table_not_in_example"],
        "fields": [_field(field) for field in raw["fields"]],
    }


def write(path: Path, rows: Iterable[Facts]) -> None:
    """Write one JSON array with one row a line, so that a change of one row is a change of one line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _form(raw: Mapping[str, Any], version: str) -> Facts:
    """The entry of a version: its own, or that of the nearest newer version that has one."""
    newest_first = raw["versions"]
    newer = newest_first[: newest_first.index(version) + 1]
    entry = raw["by_version"][next(name for name in reversed(newer) if name in raw["by_version"])]
    body = entry["request_body"] or {}
    return {
        "versions": [version],
        "permission": entry["permission"],
        "parameters": [_parameter(one) for one in entry["params"]],
        "body": {"object": body["object"], "tag": body["fields_tagged"]} if "object" in body else None,
        "status": entry["status"],
        "success": [_success(one) for one in entry["success"]],
        "keys": entry["response_keys"],
        "bare": bool(entry.get("response_bare_object")),
        "errors": {one["reason"]: one["message"] for one in entry["errors"]},
    }


def _parameter(raw: Mapping[str, Any]) -> Facts:
    facts = {"name": raw["name"], "in": raw["in"], "type": raw["type"], "optional": raw["optional"]}
    return facts | _values(raw) | ({"source": raw["source"]} if raw["source"] == "curl" else {})


def _success(raw: Mapping[str, Any]) -> Facts:
    # "List of ObjectCall" names an object; the v3 name of an object may lack the prefix (slip E6).
    named = re.search(r"\bObject[A-Z]\w+", raw["note"])
    facts = {"name": raw["name"], "type": raw["type"]}
    return facts | ({"object": named[0]} if named else {}) | _values(raw)


def _field(raw: Mapping[str, Any]) -> Facts:
    facts: Facts = {"name": raw["name"], "type": raw["type"], "since": raw["since"]}
    if raw["until"]:
        facts["until"] = raw["until"]
    if raw.get("variant"):
        facts["variant"] = raw["variant"]
    if raw["methods"]:
        facts["methods"] = raw["methods"]
    if raw["optional"]:
        facts["optional"] = True
    if NULL.search(re.sub(r"\([^)]*\)", "", raw["note"])):
        facts["nullable"] = True
    facts |= _values(raw)
    changes = [change for one in raw["changes"] if (change := _change(one, raw["type"]))]
    return facts | ({"was": changes} if changes else {})


def _change(raw: Mapping[str, str], type_: str) -> Facts | None:
    """What a field was before `version`; changes of the text alone are no facts."""
    kind, _, rest = raw["what"].partition(": ")
    if kind not in {"type", "methods", "allowed"} or " -> " not in rest:
        return None
    was: Any = rest.split(" -> ")[0]
    if kind == "methods":
        was = [] if was == "none" else was.split("|")
    elif kind == "allowed":
        was = _allowed(was, type_)
    return {"before": raw["version"], kind: was}


def _values(raw: Mapping[str, Any]) -> Facts:
    facts = {}
    if raw.get("default") is not None:
        facts["default"] = raw["default"]
    if raw.get("allowed") is not None:
        facts["allowed"] = _allowed(raw["allowed"], raw["type"])
    if raw.get("size") is not None:
        low, high = raw["size"].split("..")
        facts["size"] = [int(low), int(high)]
    return facts


def _allowed(printed: str, type_: str) -> Any:
    """A list of values, or `{"from", "to"}` for a range."""
    between = re.fullmatch(r"(\d+)(?:-|\.\.)(\d+)", printed)
    if between:
        return {"from": int(between[1]), "to": int(between[2])}
    values = [value.strip().strip('"') for value in printed.split(",")]
    return [int(value) for value in values] if type_ == "Integer" else values


def main(endpoints: str, objects: str, target: str = str(HERE / "contract")) -> None:
    """Read the two contract files and write the two files of facts."""
    write(Path(target) / "endpoints.json", map(endpoint, json.loads(Path(endpoints).read_text("utf-8"))))
    write(Path(target) / "objects.json", map(an_object, json.loads(Path(objects).read_text("utf-8"))))


if __name__ == "__main__":
    main(*sys.argv[1:])
