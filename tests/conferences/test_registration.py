"""Registration for a webinar: the form, its limits and times, the personal link, and joining by it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from rostrum.conferences.registration.tables import registrations
from rostrum.oauth.tables import attempts
from tests.support.api import Api
from tests.support.meeting import reason, run, with_engine
from tests.support.smtp import Sink, smtp_sink, text_of

NOW = int(time.time())
FIELD = {"index": 0, "is_required": True}


@pytest.fixture
def sink(fresh_api: Api) -> Iterator[Sink]:
    with smtp_sink() as made:
        mail = fresh_api.settings.mail
        mail.host, mail.port, mail.security = "127.0.0.1", made.port, "none"
        yield made


@pytest.fixture
def shown(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """A server without mail that shows links on the page."""
    monkeypatch.setattr(api.settings.registration, "show_link", True)
    return api


def webinar(api: Api, **registration: Any) -> str:
    given = {"enabled": True} | registration
    return str(api.new_conference(allow_guests=True, type=3, topic="Webinar", registration=given)["id"])


def form(api: Api, conference: str) -> dict[str, Any]:
    answer = api.get(f"/api/web/conferences/{conference}/registration")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["registration"])


def register(api: Api, conference: str, **fields: str) -> Any:
    given = {"display_name": "Зоя <b>", "email": "zoe@example.org"} | fields
    return api.post(f"/api/web/conferences/{conference}/registration", json={"fields": given})


def posted(api: Api) -> None:
    while api.wait(api.app.post.step()):
        pass


def token_in(link: str) -> tuple[str, str]:
    parts = dict(part.split("=", 1) for part in urlsplit(link).fragment.split("&"))
    return unquote(parts["login"]), parts["token"]


def test_from_the_form_to_the_meeting(fresh_api: Api, sink: Sink) -> None:
    api = fresh_api
    with_engine(api)
    names = ("display_name", "email", "company")
    conference = webinar(api, fields={name: {"index": at, "is_required": True} for at, name in enumerate(names)})
    asked = form(api, conference)
    assert (asked["topic"], asked["closed"]) == ("Webinar", None)
    assert {field["name"]: field["is_required"] for field in asked["fields"]}["company"] is True
    assert asked["fields"][0] == {"name": "display_name", "is_required": True}
    missing = register(api, conference, display_name=" ")
    assert missing.status_code == 400
    assert [one["location"] for one in missing.json()["error"]["errors"]] == ["fields.display_name", "fields.company"]
    done = register(api, conference, company="C")
    assert done.json() == {"registered": {"display_name": "Зоя <b>", "by_mail": True, "join_url": None}}
    posted(api)
    (letter,) = sink.taken()
    assert letter["Subject"] == "You are registered: Webinar"
    link = next(word for word in text_of(letter).split() if word.startswith("http"))
    login, token = token_in(link)
    assert login == "*guest*Зоя <b>"
    assert urlsplit(link).path == f"/c/{conference}"

    session = run(api, conference)
    door = f"/api/web/conferences/{conference}/join"
    assert reason(api.post(door, json={"name": "Zoe"})) == (403, "registrationNeeded")
    joined = api.post(door, token=token, json={"name": "Somebody else"})
    assert joined.status_code == 200, joined.text
    place = joined.json()["participation"]
    assert (place["display_name"], place["session_id"]) == ("Зоя <b>", session)
    owner = api.get(f"/api/v3.10/conferences/{conference}/owner", token=api.secret_key).json()["owner"].split("@")[0]
    api.put(f"/api/v3.10/users/{owner}", token=api.secret_key, json={"password": "secret-password"})
    assert api.post(door, token=api.user_token(owner, "secret-password"), json={}).status_code == 200
    _, stranger = api.new_user()
    assert reason(api.post(door, token=stranger, json={})) == (403, "registrationNeeded")


def test_the_join_page_knows_who_has_to_register(api: Api) -> None:
    owner, owners = api.new_user()
    login, invited = api.new_user()
    _, stranger = api.new_user()
    people = [{"id": owner}, {"id": login}]
    made = api.new_conference(type=3, owner=owner, invitations=people, registration={"enabled": True})
    address = f"/api/web/conferences/{made['id']}"

    def needed(token: str | None) -> bool:
        return bool(api.get(address, token=token).json()["conference"]["registration_needed"])

    assert [needed(token) for token in (None, stranger, invited, owners)] == [True, True, False, False]
    change = {"registration": {"allow_users_access": True}}
    api.put(f"/api/v3.10/conferences/{made['id']}", token=api.secret_key, json=change)
    assert [needed(token) for token in (None, stranger)] == [True, False]
    change = {"registration": {"enabled": False}}
    api.put(f"/api/v3.10/conferences/{made['id']}", token=api.secret_key, json=change)
    assert needed(None) is False


@pytest.mark.parametrize("wrong", ["", "  ", "x" * 129, "a\n", "a\tb", "\u202ea", "\u2028"])
def test_names_of_fields_that_no_form_can_show(api: Api, wrong: str) -> None:
    owner, _ = api.new_user()
    registration = {"enabled": True, "fields": {"email": FIELD, wrong: FIELD}}
    body, address = {"topic": "T", "owner": owner, "registration": registration}, "/api/v3.10/conferences"
    made = api.new_conference(owner=owner)
    for answer in (
        api.post(address, token=api.secret_key, json=body),
        api.put(f"{address}/{made['id']}", token=api.secret_key, json={"registration": registration}),
    ):
        assert reason(answer) == (400, "invalidParameter"), answer.text
        (told,) = answer.json()["error"]["errors"]
        assert told["location"] == "registration.fields"
        assert "$" not in told["message"], "it is in words"


def test_names_of_fields_of_an_organisers_own(shown: Api) -> None:
    own = ["display_name", "Компания / должность", "dietary_needs", "x" * 128]
    conference = webinar(shown, fields=dict.fromkeys(own, FIELD))
    assert {one["name"] for one in form(shown, conference)["fields"]} == set(own)
    missing = register(shown, conference)
    assert {one["location"] for one in missing.json()["error"]["errors"]} == {f"fields.{one}" for one in own[1:]}


def test_users_may_be_let_in_without(fresh_api: Api) -> None:
    api = fresh_api
    with_engine(api)
    conference = webinar(api, allow_users_access=True)
    run(api, conference)
    _, stranger = api.new_user()
    assert api.post(f"/api/web/conferences/{conference}/join", token=stranger, json={}).status_code == 200
    answer = api.post(f"/api/web/conferences/{conference}/join", json={"name": "Guest"})
    assert reason(answer) == (403, "registrationNeeded")


@pytest.mark.parametrize(
    ("registration", "closed"),
    [
        ({"enabled": False}, "registrationDisabled"),
        ({"start_at": str(NOW + 600)}, "registrationNotOpen"),
        ({"end_at": str(NOW - 600)}, "registrationIsOver"),
        ({"start_at": str(NOW - 600), "end_at": str(NOW + 600)}, None),
        ({"start_at": str(NOW), "end_at": None}, None),
    ],
)
def test_times(shown: Api, registration: dict[str, Any], closed: str | None) -> None:
    api = shown
    conference = webinar(api, **registration)
    assert form(api, conference)["closed"] == closed
    answer = register(api, conference)
    assert answer.status_code == (403 if closed else 200)
    if closed:
        assert reason(answer) == (403, closed)


def test_the_limit(shown: Api) -> None:
    api = shown
    conference = webinar(api, participants_limit_enabled=True, participants_limit=2)
    address = f"/api/v3.10/conferences/{conference}"

    def reached() -> bool:
        shown = api.get(address, token=api.secret_key).json()["conference"]
        return bool(shown["registration"]["limit_reached"])

    assert register(api, conference, email="a@example.org").status_code == 200
    assert register(api, conference, email="A@EXAMPLE.org").status_code == 200, "the same mailbox"
    assert not reached()
    assert register(api, conference, email="b@example.org").status_code == 200
    assert reached()
    assert form(api, conference)["closed"] == "registrationIsFull"
    assert reason(register(api, conference, email="c@example.org")) == (403, "registrationIsFull")
    more = {"registration": {"participants_limit": 3}}
    assert api.put(address, token=api.secret_key, json=more).status_code == 200
    assert not reached()
    assert register(api, conference, email="c@example.org").status_code == 200


def test_without_mail_the_link_is_in_the_answer_once(shown: Api) -> None:
    api = shown
    conference = webinar(api)
    first = register(api, conference).json()["registered"]
    assert first["by_mail"] is False
    assert token_in(first["join_url"])[0] == "*guest*Зоя <b>"
    again = register(api, conference).json()["registered"]
    assert again["join_url"] is None, "whoever knows an address gets nobody's link"


def test_without_mail_nobody_can_register_unless_the_server_shows_links(api: Api) -> None:
    """Whoever has a link must be who reads the mail of the address; what is wrong is told before that."""
    conference = webinar(api)
    assert form(api, conference)["closed"] == "registrationNeedsMail"
    assert reason(register(api, conference)) == (403, "registrationNeedsMail")
    over = webinar(api, end_at=str(NOW - 600))
    assert form(api, over)["closed"] == "registrationIsOver"


def test_a_conference_that_is_over_takes_nobody(shown: Api) -> None:
    past = {"type": 1, "start_time": NOW - 7200, "duration": 3600}
    fields = {"type": 3, "topic": "Past", "schedule": past, "registration": {"enabled": True}, "allow_guests": True}
    conference = str(shown.new_conference(**fields)["id"])
    assert form(shown, conference)["closed"] == "registrationIsOver"
    assert reason(register(shown, conference)) == (403, "registrationIsOver")


def test_where_only_a_letter_brings_the_link_an_address_is_asked_for(fresh_api: Api, sink: Sink) -> None:
    """Whatever the form says; a server that shows links leaves it to the form."""
    api = fresh_api
    fields = {"company": {"index": 0, "is_required": False}, "email": {"index": 1, "is_required": False}}
    optional, without = webinar(api, fields=fields), webinar(api, fields={"company": fields["company"]})
    wanted = [("display_name", True), ("company", False), ("email", True)]
    assert [(one["name"], one["is_required"]) for one in form(api, optional)["fields"]] == wanted
    wanted = [("display_name", True), ("email", True), ("company", False)]
    assert [(one["name"], one["is_required"]) for one in form(api, without)["fields"]] == wanted
    refused = register(api, optional, email="")
    assert [one["location"] for one in refused.json()["error"]["errors"]] == ["fields.email"]
    api.settings.registration.show_link = True
    assert [one["name"] for one in form(api, without)["fields"]] == ["display_name", "company"]
    assert register(api, optional, email="").json()["registered"]["join_url"].startswith("http")
    assert sink.messages == []


def test_very_many_from_one_address_are_slowed(shown: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown.settings.registration, "per_address", 2)
    conference = webinar(shown)
    shown.run(lambda db: db.execute(attempts.delete()))
    assert [register(shown, conference, email=f"{n}@example.org").status_code for n in range(2)] == [200, 200]
    refused = register(shown, conference, email="3@example.org")
    assert reason(refused) == (429, "tooManyAttempts")
    assert 25 <= int(refused.headers["retry-after"]) <= 30
    shown.run(lambda db: db.execute(attempts.delete()))


def test_an_address_gets_its_link_again_but_not_at_once(fresh_api: Api, sink: Sink) -> None:
    conference = webinar(fresh_api)
    for _ in range(3):
        assert register(fresh_api, conference).json()["registered"]["by_mail"] is True
    posted(fresh_api)
    assert len(sink.taken()) == 1


@pytest.mark.parametrize("fields", [{"email": "no address"}, {"display_name": "x" * 65}, {"email": "x" * 300}])
def test_wrong_fields(api: Api, fields: dict[str, str]) -> None:
    answer = register(api, webinar(api), **fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["location"] == f"fields.{next(iter(fields))}"


def test_what_is_pasted_becomes_one_line(shown: Api) -> None:
    """A name that breaks a line, or turns the text after it, would be read as something else in lists and letters."""
    fields = {name: {"index": at, "is_required": True} for at, name in enumerate(("display_name", "email", "company"))}
    conference = webinar(shown, fields=fields)
    pasted = {
        "display_name": "Zoe\r\nLee\u202e\x07",
        "email": "\u202azoe@example.org\u202c\n",
        "company": "\tAcme\nLtd",
    }
    done = register(shown, conference, **pasted).json()["registered"]
    assert done["display_name"] == "Zoe Lee"
    assert token_in(done["join_url"])[0] == "*guest*Zoe Lee"
    kept = shown.run(lambda db: db.execute(registrations.select().order_by(registrations.c.created_at)).all())[-1]
    assert kept.fields == {"display_name": "Zoe Lee", "email": "zoe@example.org", "company": "Acme Ltd"}
    hidden = register(shown, conference, display_name="\u202e\n", email="a@example.org", company="C")
    assert reason(hidden) == (400, "missingRequiredField")
    body = {"fields": {"display_name": "Zoe\0", "email": "b@example.org", "company": "C"}}
    assert shown.post(f"/api/web/conferences/{conference}/registration", json=body).status_code == 400


@pytest.mark.parametrize("email", [f"{'İ' * 240}@x.org", "İ@x.org"])
def test_an_address_that_grows_in_lower_case_is_none(shown: Api, email: str) -> None:
    answer = register(shown, webinar(shown), email=email)
    assert [one["location"] for one in answer.json()["error"]["errors"]] == ["fields.email"]


def test_unknown_conference(api: Api) -> None:
    assert reason(register(api, "unknown")) == (404, "conferenceNotFound")
    assert reason(api.get("/api/web/conferences/unknown/registration")) == (404, "conferenceNotFound")
