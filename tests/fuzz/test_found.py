"""What the fuzzers found once: each request again, with the answer it must get."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fuzz.ground import Ground
from tests.fuzz.test_documents import loaded
from tests.wire.world import ok

CONFERENCES = "/conferences/{conference_id}"


def inside_the_document(method: str, path: str, response: Any) -> dict[str, Any]:
    """The body of a good answer, which the document describes."""
    body = ok(response)
    loaded("v3.10")[path][method].validate_response(response)
    return body


def test_a_template_may_lack_what_a_conference_needs(ground: Ground) -> None:
    made = ground.api.post("/api/v3.10/templates/conferences", token=ground.api.secret_key, json={"name": "Bare"})
    shown = inside_the_document("POST", "/templates/conferences", made)["template"]["object"]
    assert (shown["id"], shown["topic"], shown["owner"]) == ("", "", "")


def test_somebody_invited_may_have_a_longer_id_than_a_login(ground: Ground) -> None:
    conference = ground.api.new_conference()["id"]
    address = f"/api/v3.10/conferences/{conference}/invitations"
    made = ground.api.post(address, token=ground.api.secret_key, json={"id": "a" * 50})
    assert inside_the_document("POST", f"{CONFERENCES}/invitations", made)["invitation"]["login_name"] == "a" * 50
    login = {"login_name": "a" * 33, "password": "a password"}
    assert ground.api.post("/api/v3.10/users", token=ground.api.secret_key, json=login).status_code == 400


@pytest.mark.parametrize("wrong", [-1, 10**12, "-1", "1.5", "\u0661", "5\n5"])
def test_a_registration_begins_at_a_time(ground: Ground, wrong: Any) -> None:
    conference = ground.api.new_conference()["id"]
    for given, status in ((wrong, 400), (1_900_000_000, 200), ("1900000000", 200)):
        body = {"registration": {"start_at": given}}
        address = f"/api/v3.10/conferences/{conference}"
        response = ground.api.put(address, token=ground.api.secret_key, json=body)
        assert response.status_code == status, response.text
    shown = inside_the_document("PUT", CONFERENCES, response)["conference"]["registration"]
    assert shown["start_at"] == "1900000000"


def test_a_recording_comes_under_the_type_of_its_file(ground: Ground) -> None:
    ground.mend()
    stopped = ground.ids["conference_id"][0]
    address = f"/api/v3.10/conferences/{stopped}/records/{ground.ids['record_id'][0]}/download"
    response = ground.api.get(address, token=ground.api.secret_key)
    assert response.headers["content-type"] == "video/x-matroska"
    loaded("v3.10")[f"{CONFERENCES}/records/{{record_id}}/download"]["GET"].validate_response(response)


def test_what_is_away_is_in_the_document(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    ground.mend()
    monkeypatch.setattr(ground.api.app, "engine", None)
    running = ground.ids["conference_id"][1]
    response = ground.api.post(f"/api/v3.10/conferences/{running}/start-record", token=ground.api.secret_key)
    assert response.status_code == 503
    loaded("v3.10")[f"{CONFERENCES}/start-record"]["POST"].validate_response(response)
