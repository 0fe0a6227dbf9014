"""Groups through the API: names, rights in the two lists of the versions, members."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from rostrum.accounts.groups import rules
from rostrum.accounts.groups.rules import RIGHTS, WITHOUT_GROUP
from tests.support.api import Api
from tests.support.meeting import reason

LONG_VERSIONS = ("v3.4", "v3.5")
VERSIONS = ("v3", "v3.1", "v3.2", "v3.3", "v3.4", "v3.5", "v3.6", "v3.7", "v3.8", "v3.9", "v3.10")
SHORT = ["make_calls", "collaboration_tools", "create_group_conference", "address_book_editing", "operator_rights"]


def made(api: Api, version: str = "v3.10", **fields: Any) -> dict[str, Any]:
    body = {"display_name": f"Group {secrets.token_hex(5)}"} | fields
    answer = api.post(f"/api/{version}/groups", token=api.secret_key, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["group"])


def rights_in(api: Api, version: str, group_id: str) -> list[str]:
    return list(api.get(f"/api/{version}/groups/{group_id}", token=api.secret_key).json()["group"]["rights"])


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_takes_and_shows_its_own_list(api: Api, version: str) -> None:
    own, other = (list(RIGHTS), SHORT) if version in LONG_VERSIONS else (SHORT, list(RIGHTS))
    group = made(api, version, rights=own)
    assert group["rights"] == own
    foreign = next(right for right in other if right not in own)
    address = f"/api/{version}/groups/{group['id']}"
    refused = api.put(address, token=api.secret_key, json={"rights": [foreign]})
    assert reason(refused) == (400, "invalidParameter")
    assert refused.json()["error"]["errors"][0]["location"].startswith("rights")
    assert rights_in(api, version, group["id"]) == own


def test_the_short_list_promises_the_tools_only_where_none_is_missing(api: Api) -> None:
    group = made(api, rights=["collaboration_tools"])["id"]
    tools = ["screen_sharing", "remote_desktop_control", "slideshow", "file_sharing", "conference_recording"]
    assert rights_in(api, "v3.4", group) == tools
    api.put(f"/api/v3.5/groups/{group}", token=api.secret_key, json={"rights": ["screen_sharing", "slideshow"]})
    assert rights_in(api, "v3.10", group) == []
    assert rights_in(api, "v3.5", group) == ["screen_sharing", "slideshow"]


def test_a_new_group_holds_nobody_back(api: Api) -> None:
    assert set(rights_in(api, "v3.5", made(api)["id"])) == WITHOUT_GROUP
    assert made(api, rights=[])["rights"] == []


def test_names_are_unique_without_regard_to_case(api: Api) -> None:
    group, other = made(api, display_name=f"Sales {secrets.token_hex(4)}"), made(api)
    for answer in (
        api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": group["display_name"].upper()}),
        api.put(f"/api/v3.10/groups/{other['id']}", token=api.secret_key, json={"display_name": group["display_name"]}),
    ):
        assert reason(answer) == (400, "uniqueValueAlreadyInUse")
        assert answer.json()["error"]["errors"][0]["location"] == "display_name"
    own = {"display_name": group["display_name"].upper()}
    assert api.put(f"/api/v3.10/groups/{group['id']}", token=api.secret_key, json=own).status_code == 200


@pytest.mark.parametrize("name", [None, "", "   ", "x" * 65, [], {}])
def test_a_name_is_needed(api: Api, name: Any) -> None:
    answer = api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": name})
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["location"] == "display_name"


def test_pages(fresh_api: Api) -> None:
    names = [f"Group {number}" for number in range(5)]
    for name in reversed(names):
        made(fresh_api, display_name=name)
    seen: list[str] = []
    page = 0
    while page != -1:
        query = {"page_id": page, "page_size": 2}
        body = fresh_api.get("/api/v3.10/groups", token=fresh_api.secret_key, params=query).json()
        seen += [group["display_name"] for group in body["groups"]]
        page = body["next_page_id"]
    assert seen == names


def test_members(api: Api) -> None:
    group = made(api, rights=["operator_rights", "make_calls"])
    address = f"/api/v3.10/groups/{group['id']}/users"
    login, _token = api.new_user()
    other, _token = api.new_user()
    for _again in range(2):
        added = api.post(address, token=api.secret_key, json={"user_id": f"{login.upper()}@server.test"})
        assert added.json()["user"]["id"] == login
        assert added.json()["user"]["groups"] == [
            {"id": group["id"], "display_name": group["display_name"], "rights": ["operator_rights"]}
        ]
    api.post(address, token=api.secret_key, json={"user_id": other})

    def members(**query: Any) -> list[str]:
        return [user["id"] for user in api.get(address, token=api.secret_key, params=query).json()["users"]]

    assert members() == sorted([login, other])
    assert members(login_name=login) == [login]
    assert members(page_size=1, page_id=2) == sorted([login, other])[1:]
    assert members(page_size=1, page_id=3) == []
    assert api.get(f"{address}/{login}", token=api.secret_key).json()["user"]["id"] == login
    assert api.delete(f"{address}/{login}", token=api.secret_key).json() == {"id": login}
    assert reason(api.delete(f"{address}/{login}", token=api.secret_key)) == (404, "userNotFound")
    assert members() == [other]
    shown = api.get(f"/api/v3.10/users/{login}", token=api.secret_key).json()["user"]
    assert [one["id"] for one in shown["groups"]] == ["@no_group"]


def test_members_stay_when_their_group_goes_and_go_from_their_groups_when_deleted(api: Api) -> None:
    group, other = made(api), made(api)
    login, _token = api.new_user()
    for one in (group, other):
        api.post(f"/api/v3.10/groups/{one['id']}/users", token=api.secret_key, json={"user_id": login})
    assert api.delete(f"/api/v3.10/groups/{group['id']}", token=api.secret_key).json() == {"group": group}
    assert reason(api.get(f"/api/v3.10/groups/{group['id']}", token=api.secret_key)) == (404, "groupNotFound")
    shown = api.get(f"/api/v3.10/users/{login}", token=api.secret_key).json()["user"]
    assert [one["id"] for one in shown["groups"]] == [other["id"]]
    api.delete(f"/api/v3.10/users/{login}", token=api.secret_key)
    listed = api.get(f"/api/v3.10/groups/{other['id']}/users", token=api.secret_key).json()
    assert listed == {"users": []}


def test_effective_rights() -> None:
    """What any of the groups allows; in no group everything but operator_rights; nobody holds an administrator back."""
    assert rules.effective([]) == WITHOUT_GROUP
    assert "operator_rights" not in WITHOUT_GROUP
    assert rules.effective([[]]) == frozenset()
    assert rules.effective([["make_calls"], ["operator_rights"]]) == {"make_calls", "operator_rights"}
    assert rules.effective([[]], is_admin=True) == WITHOUT_GROUP
    assert rules.effective([["operator_rights"]], is_admin=True) == set(RIGHTS)
