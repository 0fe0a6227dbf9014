"""Templates: kept, changed, listed, and conferences made from them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api
from tests.wire import facts
from tests.wire.shapes import check_error, object_faults
from tests.wire.world import a_conference

V = "/api/v3.10"


def make(api: Api, name: str = "T", version: str = "v3.10", **fields: Any) -> dict[str, Any]:
    given = {"name": name, "object": fields}
    answer = api.post(f"/api/{version}/templates/conferences", token=api.secret_key, json=given)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["template"])


def from_template(api: Api, template: str, version: str = "v3.10", **fields: Any) -> Any:
    given = {"template_id": template, **fields}
    return api.post(f"/api/{version}/conferences", token=api.secret_key, json=given)


def whole(version: str) -> dict[str, Any]:
    """Every field of a conference, but those that name something else."""
    return {name: value for name, value in a_conference(version).items() if name != "broadcast_id"}


@pytest.mark.parametrize("version", facts.VERSIONS[1:])
def test_every_field_goes_through_a_template(api: Api, version: str) -> None:
    """A conference from a template is the conference that the same fields would make."""
    owner, _ = api.new_user()
    fields = whole(version) | {"owner": owner, "invitations": [{"id": owner}, {"id": "a@elsewhere.test"}]}
    template = make(api, version=version, **fields)
    made = from_template(api, template["id"], version)
    assert made.status_code == 200, made.text
    direct = api.post(f"/api/{version}/conferences", token=api.secret_key, json=fields).json()["conference"]
    own = {"id", "url", "webclient_url", "deeplinks", "created_at"}
    shown = made.json()["conference"]
    assert {key: shown[key] for key in shown if key not in own} == {
        key: direct[key] for key in direct if key not in own
    }
    inside = template["object"]
    assert {key: inside[key] for key in inside if key not in own} == {
        key: direct[key] for key in direct if key not in own
    }
    assert not object_faults("ObjectConference", inside, version)
    assert (inside["id"], inside["url"]) == ("", "")


def test_fields_in_the_body_win(api: Api) -> None:
    owner, _ = api.new_user()
    other, _ = api.new_user()
    template = make(api, topic="From the template", owner=owner, type=3, rights={"guest": {"chat_send": False}})
    given = {"topic": "From the body", "owner": other, "rights": {"guest": {"audio_send": False}}}
    made = from_template(api, template["id"], **given).json()["conference"]
    assert (made["topic"], made["owner"], made["type"]) == ("From the body", f"{other}@server.test", 3)
    assert (made["rights"]["guest"]["chat_send"], made["rights"]["guest"]["audio_send"]) == (False, False)


def test_what_neither_says_is_missing(api: Api) -> None:
    template = make(api)
    answer = from_template(api, template["id"])
    assert {one["location"] for one in answer.json()["error"]["errors"]} == {"topic", "owner"}
    check_error(400, answer.json(), reason="missingRequiredField")
    answer = from_template(api, "unknown", topic="T", owner="x")
    check_error(answer.status_code, answer.json(), reason="conferenceTemplateNotFound")
    answer = from_template(api, "", topic="T")
    check_error(400, answer.json(), reason="missingRequiredField", location="owner")


def test_v3_knows_no_templates(api: Api) -> None:
    template = make(api, topic="T", owner=api.new_user()[0])
    answer = from_template(api, template["id"], version="v3")
    check_error(400, answer.json(), reason="missingRequiredField", location="topic")


def test_an_id_is_not_kept(api: Api) -> None:
    template = make(api, id="only_once", topic="T", owner=api.new_user()[0])
    ids = {from_template(api, template["id"]).json()["conference"]["id"] for _ in range(2)}
    assert len(ids) == 2
    assert "only_once" not in ids


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"owner": "nobody-has-this"}, "userNotFound"),
        ({"broadcast_id": "unknown"}, "presetNotFound"),
        ({"type": 7}, "invalidParameter"),
        ({"schedule": {"type": 1}}, "missingRequiredField"),
        ({"mcu_mode": True, "multicast_enable": True}, "mcuModeUnavailableWhenMulticastIsEnabled"),
        ({"max_participants": 10**6}, "invalidParameter"),
    ],
    ids=str,
)
def test_what_could_never_become_a_conference(api: Api, fields: dict[str, Any], reason: str) -> None:
    given = {"name": "T", "object": fields}
    answer = api.post(f"{V}/templates/conferences", token=api.secret_key, json=given)
    check_error(400, answer.json(), reason=reason)
    kept = make(api)
    answer = api.put(f"{V}/templates/conferences/{kept['id']}", token=api.secret_key, json={"object": fields})
    check_error(400, answer.json(), reason=reason)


def test_editing_changes_what_is_given(api: Api) -> None:
    owner, _ = api.new_user()
    template = make(api, topic="Old", owner=owner, rights={"user": {"chat_send": False}})
    address = f"{V}/templates/conferences/{template['id']}"
    given = {"name": "New", "object": {"topic": "New", "rights": {"user": {"audio_send": False}}}}
    edited = api.put(address, token=api.secret_key, json=given).json()["template"]
    assert (edited["name"], edited["object"]["topic"]) == ("New", "New")
    assert edited["object"]["owner"] == f"{owner}@server.test"
    user = edited["object"]["rights"]["user"]
    assert (user["chat_send"], user["audio_send"], user["video_send"]) == (False, False, True)
    assert edited["updated_at"] >= edited["created_at"] == template["created_at"]
    assert api.get(address, token=api.secret_key).json() == {"template": edited}
    assert api.delete(address, token=api.secret_key).json() == {"id": template["id"]}
    assert api.get(address, token=api.secret_key).status_code == 404


def test_conferences_outlive_their_template(api: Api) -> None:
    owner, _ = api.new_user()
    template, other = make(api, topic="From it", owner=owner), make(api, "Other")
    made = api.post(f"{V}/conferences", token=api.secret_key, json={"template_id": template["id"]}).json()["conference"]
    address = f"{V}/templates/conferences/{template['id']}"
    assert api.delete(address, token=api.secret_key).json() == {"id": template["id"]}
    assert api.get(f"{V}/conferences/{made['id']}", token=api.secret_key).json()["conference"]["topic"] == "From it"
    assert api.get(f"{V}/templates/conferences/{other['id']}", token=api.secret_key).status_code == 200
    again = api.post(f"{V}/conferences", token=api.secret_key, json={"template_id": template["id"]})
    check_error(400, again.json(), reason="conferenceTemplateNotFound")


def test_sorting(fresh_api: Api) -> None:
    api = fresh_api
    _, admin = api.new_user("boss", admin=True)
    for name in ("b", "c", "a"):
        make(api, name)
    by_boss = api.post(f"{V}/templates/conferences", token=admin, json={"name": "d"}).json()["template"]
    assert by_boss["creator_id"] == "boss"

    def names(query: str) -> str:
        listed = api.get(f"{V}/templates/conferences?{query}", token=api.secret_key).json()["templates"]
        return "".join(one["name"] for one in listed)

    assert [names(query) for query in ("", "sort_by=name", "sort_by=name&sort_type=desc", "sort_type=desc")] == [
        "bcad",
        "abcd",
        "dcba",
        "dacb",
    ]
    first = api.get(f"{V}/templates/conferences?sort_by=name", token=api.secret_key).json()["templates"][0]
    api.put(f"{V}/templates/conferences/{first['id']}", token=api.secret_key, json={"name": "z"})
    assert names("sort_by=updated_at&sort_type=desc")[0] == "z"


def test_lower_limits_leave_a_template_readable(api: Api) -> None:
    template = make(api, max_participants=40)
    before = api.settings.limits.participants_all_on_screen
    api.settings.limits.participants_all_on_screen = 10
    try:
        answer = api.get(f"{V}/templates/conferences/{template['id']}", token=api.secret_key)
        assert answer.json()["template"]["object"]["max_participants"] == 10
    finally:
        api.settings.limits.participants_all_on_screen = before
