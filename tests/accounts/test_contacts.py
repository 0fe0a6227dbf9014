"""Address books through the API: kept contacts, people of common groups, addresses of elsewhere."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.meeting import quoted, reason


def group_of(api: Api, *logins: str, rights: list[str] | None = None) -> str:
    body: dict[str, Any] = {"display_name": f"Group {secrets.token_hex(6)}"}
    body |= {} if rights is None else {"rights": rights}
    group = str(api.post("/api/v3.10/groups", token=api.secret_key, json=body).json()["group"]["id"])
    for login in logins:
        api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json={"user_id": login})
    return group


def book(login: str, contact: str = "", version: str = "v3.10") -> str:
    return f"/api/{version}/users/{login}/addressbook{f'/{quoted(contact)}' if contact else ''}"


def listed(api: Api, login: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.get(book(login), token=api.secret_key, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["contacts"])


def test_a_user_is_kept_as_a_contact(api: Api) -> None:
    login, _token = api.new_user()
    friend, _token = api.new_user()
    added = api.post(book(login), token=api.secret_key, json={"contact_id": f"{friend.upper()}@server.test"})
    contact = added.json()["contact"]
    assert (contact["id"], contact["type"], contact["display_name"]) == (friend, "user", friend)
    assert (contact["owner"], contact["owner_type"]) == (f"{login}@server.test", 2)
    assert listed(api, login) == [contact]
    assert api.get(book(login, f"{friend}@server.test"), token=api.secret_key).json() == {"contact": contact}
    renamed = api.put(book(login, friend), token=api.secret_key, json={"display_name": "Friend"}).json()["contact"]
    assert renamed == contact | {"display_name": "Friend"}
    again = api.post(book(login), token=api.secret_key, json={"contact_id": friend, "display_name": "Once more"})
    assert again.json()["contact"]["display_name"] == "Once more"
    assert len(listed(api, login)) == 1
    assert api.delete(book(login, friend), token=api.secret_key).json() == {"id": friend}
    assert listed(api, login) == []
    assert reason(api.delete(book(login, friend), token=api.secret_key)) == (404, "contactNotFound")


@pytest.mark.parametrize(
    ("contact_id", "email"),
    [
        ("Somebody@elsewhere.test", "Somebody@elsewhere.test"),
        ("#sip:room@10.0.0.9", ""),
        ("#tel:100", ""),
        ("#rtsp://10.0.0.9/stream", ""),
        ("nobody-here", ""),
    ],
)
def test_anything_else_is_a_custom_contact(api: Api, contact_id: str, email: str) -> None:
    login, _token = api.new_user()
    body = {"contact_id": contact_id, "display_name": "The room"}
    contact = api.post(book(login), token=api.secret_key, json=body).json()["contact"]
    assert (contact["id"], contact["uid"], contact["type"]) == (contact_id, contact_id, "custom")
    assert (contact["display_name"], contact["email"], contact["groups"]) == ("The room", email, [])
    assert api.get(book(login, contact_id), token=api.secret_key).json() == {"contact": contact}
    moved = api.put(book(login, contact_id), token=api.secret_key, json={"contact_id": "#tel:200"}).json()["contact"]
    assert (moved["id"], moved["display_name"]) == ("#tel:200", "The room")
    assert [one["id"] for one in listed(api, login)] == ["#tel:200"]


def test_a_contact_does_not_become_another_one_that_is_kept(api: Api) -> None:
    login, _token = api.new_user()
    for contact in ("#tel:1", "#tel:2"):
        api.post(book(login), token=api.secret_key, json={"contact_id": contact})
    answer = api.put(book(login, "#tel:1"), token=api.secret_key, json={"contact_id": "#tel:2"})
    assert reason(answer) == (400, "uniqueValueAlreadyInUse")
    assert answer.json()["error"]["errors"][0]["location"] == "contact_id"


def test_members_of_one_group_are_each_others_contacts(api: Api) -> None:
    one, _token = api.new_user()
    other, _token = api.new_user()
    group = group_of(api, one, other)
    group_of(api, one, other)
    (contact,) = listed(api, one)
    assert (contact["id"], contact["owner"], contact["owner_type"]) == (other, None, 1)
    assert [found["id"] for found in listed(api, other)] == [one]
    assert reason(api.delete(book(one, other), token=api.secret_key)) == (400, "invalidParameter")
    named = api.put(book(one, other), token=api.secret_key, json={"display_name": "My colleague"}).json()["contact"]
    assert (named["display_name"], named["owner_type"]) == ("My colleague", 2)
    assert api.delete(book(one, other), token=api.secret_key).status_code == 200
    assert listed(api, one) == [contact]
    api.delete(f"/api/v3.10/groups/{group}", token=api.secret_key)
    assert listed(api, one) != []


def test_who_is_in_no_group_has_no_contacts_by_it(api: Api) -> None:
    login, _token = api.new_user()
    api.new_user()
    assert listed(api, login) == []


def test_pages(api: Api) -> None:
    login, _token = api.new_user()
    mate, _token = api.new_user()
    group_of(api, login, mate)
    for number in range(3):
        api.post(book(login), token=api.secret_key, json={"contact_id": f"#tel:{number}"})
    everybody = [one["id"] for one in listed(api, login)]
    assert sorted(everybody) == everybody == ["#tel:0", "#tel:1", "#tel:2", mate]
    pages = [[one["id"] for one in listed(api, login, page_size=3, page_id=page)] for page in range(4)]
    assert pages == [everybody[:3], everybody[:3], everybody[3:], []]


@pytest.mark.parametrize("contact_id", [None, "", "a b", "x" * 129, [], "SELF"])
def test_what_cannot_be_a_contact(api: Api, contact_id: Any) -> None:
    login, _token = api.new_user()
    given = login if contact_id == "SELF" else contact_id
    answer = api.post(book(login), token=api.secret_key, json={"contact_id": given})
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["location"] == "contact_id"


@pytest.mark.parametrize("version", ["v3", "v3.5", "v3.10"])
def test_a_user_edits_the_own_book_only_and_only_when_allowed(api: Api, version: str) -> None:
    login, token = api.new_user()
    other, _token = api.new_user()
    assert api.post(book(login, version=version), token=token, json={"contact_id": other}).status_code == 200
    for answer in (
        api.get(book(other, version=version), token=token),
        api.post(book(other, version=version), token=token, json={"contact_id": login}),
    ):
        assert reason(answer) == (404, "userNotFound")
    group_of(api, login, rights=["make_calls"])
    assert api.get(book(login, version=version), token=token).status_code == 200
    for answer in (
        api.post(book(login, version=version), token=token, json={"contact_id": other}),
        api.put(book(login, other, version), token=token, json={"display_name": "Other"}),
        api.delete(book(login, other, version), token=token),
    ):
        assert reason(answer) == (403, "forbidden")


def test_a_deleted_account_stands_in_no_book(api: Api) -> None:
    login, _token = api.new_user()
    friend, _token = api.new_user()
    api.post(book(login), token=api.secret_key, json={"contact_id": friend})
    api.delete(f"/api/v3.10/users/{friend}", token=api.secret_key)
    assert listed(api, login) == []
