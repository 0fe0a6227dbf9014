"""The web surface of a meeting: the door, the room, the home page."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from rostrum.media.commands import EndRoom, RemoveParticipant, Tell
from tests.support.api import Api
from tests.support.meeting import KEYS, WrittenEngine, join, quoted, reason, run, seen, stop


class People:
    """An owner, a user and a guest in a running conference."""

    def __init__(self, hall: Api, **fields: Any) -> None:
        self.hall = hall
        self.owner, self.owner_token = hall.new_user()
        self.user, self.user_token = hall.new_user()
        given = {"allow_guests": True, "invitations": [self.owner, self.user]} | fields
        self.conference = hall.new_conference(owner=self.owner, **given)
        self.id = self.conference["id"]
        self.session = run(hall, self.id)

    def all_in(self) -> list[dict[str, Any]]:
        places = [
            join(self.hall, self.id, token=self.owner_token),
            join(self.hall, self.id, token=self.user_token),
            join(self.hall, self.id, name=" Ann\u202e\n"),
        ]
        for number, place in enumerate(places):
            seen(self.hall, place, f"PA_{number}")
        return places


def call(hall: Api, place: dict[str, Any], method: str, path: str, **given: Any) -> Any:
    url = f"/api/web/sessions/{quoted(place['session_id'])}/{path}"
    return hall.request(method, url, token=place["participant_token"], **given)


def grants(place: dict[str, Any]) -> dict[str, Any]:
    return dict(jwt.decode(place["engine_token"], KEYS.api_secret, algorithms=["HS256"]))


def test_what_a_place_carries(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall, on_join_mute_mic=1, on_join_mute_camera=1)
    owner, user, guest = people.all_in()
    assert owner["participant_id"] == f"{people.owner}@server.test"
    assert guest["participant_id"].startswith("#guest:")
    assert guest["display_name"] == "Ann"
    assert [one["role"] for one in (owner, user, guest)] == [2, 0, 0]
    assert [one["is_owner"] for one in (owner, user, guest)] == [True, False, False]
    assert [one["on_join_mute_mic"] for one in (owner, user, guest)] == [False, True, True]
    assert user["engine_url"] == "ws://server.test/livekit"
    assert abs(user["started_at"] - time.time()) < 30
    claims = grants(user)
    assert claims["sub"] == user["participant_id"]
    assert claims["video"]["room"] == people.session
    assert claims["video"]["roomJoin"] is True
    assert claims["video"]["canPublishData"] is False
    assert not claims["video"].get("roomAdmin")
    assert claims["attributes"] == {"role": "0", "is_owner": "0", "hand": "", "receives": ""}
    assert user["waiting"] is False
    assert user["restrictions"] is None
    assert (user["qr_code"], user["largest_file"]) == (True, hall.settings.limits.chat_file)


def test_a_server_without_browsers_lets_none_in(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    hall.settings.features.webrtc = False
    try:
        answer = hall.post(f"/api/web/conferences/{people.id}/join", token=people.owner_token, json={})
    finally:
        hall.settings.features.webrtc = True
    assert reason(answer) == (403, "browserNotAllowed")


def test_the_token_carries_exactly_the_rights(hall: Api, engine: WrittenEngine) -> None:
    rights = {"guest": {"video_send": False, "desktop_sharing": False}, "user": {"audio_send": False}}
    owner, user, guest = People(hall, rights=rights).all_in()
    sources = [sorted(grants(one)["video"]["canPublishSources"]) for one in (owner, user, guest)]
    assert sources[0] == ["camera", "microphone", "screen_share", "screen_share_audio"]
    assert sources[1] == ["camera", "screen_share", "screen_share_audio"]
    assert sources[2] == ["microphone"]


def test_listeners_of_a_podium_send_nothing(hall: Api, engine: WrittenEngine) -> None:
    owner, user, _guest = People(hall, type=3).all_in()
    assert user["role"] == 1
    assert grants(user)["video"].get("canPublishSources", []) == []
    assert grants(owner)["video"]["canPublishSources"]
    assert user["rights"]["chat_send"] is True


def test_listeners_of_a_lecture_send_to_the_lecturer_but_show_nothing(hall: Api, engine: WrittenEngine) -> None:
    owner, user, _guest = People(hall, type=1).all_in()
    assert user["role"] == 1
    assert grants(user)["video"]["canPublishSources"] == ["camera", "microphone"]
    assert grants(owner)["video"]["canPublishSources"]
    assert user["rights"]["chat_send"] is True


def test_the_list_and_the_api_agree(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    places = people.all_in()
    listed = call(hall, places[2], "GET", "participants").json()["participants"]
    ids = [one["participant_id"] for one in places]
    assert [one["participant_id"] for one in listed] == ids
    shown = hall.get(f"/api/v3.10/conferences/{people.id}/participants", token=hall.secret_key).json()["participants"]
    assert [one["id"] for one in shown] == ids
    path = f"/api/v3.10/conference-sessions/{quoted(people.session)}/participants"
    sessions = hall.get(path, token=hall.secret_key).json()
    assert sessions["count"] == 3
    assert [one["role"] for one in sessions["participants"]] == [2, 0, 0]
    page = hall.get(f"{path}?page_size=2&page_id=2", token=hall.secret_key).json()
    assert [one["participant_id"] for one in page["participants"]] == ids[2:]
    assert page["count"] == 3


def test_chat(hall: Api, engine: WrittenEngine) -> None:
    owner, user, guest = People(hall).all_in()
    everyone = call(hall, guest, "POST", "messages", json={"message": "hello <b>"}).json()["message"]
    (told,) = engine.taken(Tell)
    assert told.message == {"type": "message", "message": everyone}
    assert set(told.to) == {one["participant_id"] for one in (owner, user, guest)}
    secret = call(hall, owner, "POST", "messages", json={"message": "psst", "to_id": user["participant_id"]})
    (told,) = engine.taken(Tell)
    assert set(told.to) == {owner["participant_id"], user["participant_id"]}
    read = {
        name: [one["message"] for one in call(hall, place, "GET", "messages").json()["messages"]]
        for name, place in {"owner": owner, "user": user, "guest": guest}.items()
    }
    assert read == {"owner": ["hello <b>", "psst"], "user": ["hello <b>", "psst"], "guest": ["hello <b>"]}
    after = call(hall, owner, "GET", f"messages?after={everyone['id']}").json()["messages"]
    assert [one["id"] for one in after] == [secret.json()["message"]["id"]]


def test_who_is_still_on_the_way_in_misses_no_message(hall: Api, engine: WrittenEngine) -> None:
    """The engine tells us of somebody a moment after it has them."""
    people = People(hall)
    owner = people.all_in()[0]
    late = join(hall, people.id, name="Late")
    call(hall, owner, "POST", "messages", json={"message": "hello"})
    assert late["participant_id"] in engine.taken(Tell)[0].to
    told = {"message": "psst", "to_id": late["participant_id"]}
    assert call(hall, owner, "POST", "messages", json=told).status_code == 200
    read = call(hall, late, "GET", "messages").json()["messages"]
    assert [one["message"] for one in read] == ["hello", "psst"]


@pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": "  \n"}, {"message": "x" * 4097}, {"message": None}])
def test_messages_that_are_none(hall: Api, engine: WrittenEngine, body: dict[str, Any]) -> None:
    place = People(hall).all_in()[0]
    assert call(hall, place, "POST", "messages", json=body).status_code == 400
    assert engine.taken(Tell) == []


def test_chat_follows_the_rights(hall: Api, engine: WrittenEngine) -> None:
    rights = {"user": {"chat_rcv": False}, "guest": {"chat_send": False}}
    owner, user, guest = People(hall, rights=rights).all_in()
    assert reason(call(hall, guest, "POST", "messages", json={"message": "x"})) == (403, "forbidden")
    call(hall, owner, "POST", "messages", json={"message": "x"})
    (told,) = engine.taken(Tell)
    assert set(told.to) == {owner["participant_id"], guest["participant_id"]}
    assert call(hall, user, "GET", "messages").json() == {"messages": []}
    to_user = {"message": "x", "to_id": user["participant_id"]}
    assert reason(call(hall, owner, "POST", "messages", json=to_user)) == (400, "participantNotFound")


def test_a_message_that_nobody_may_read_is_told_to_nobody(hall: Api, engine: WrittenEngine) -> None:
    """An empty list of receivers would mean everybody to the engine."""
    people = People(hall, rights={"user": {"chat_rcv": False}, "guest": {"chat_rcv": False}})
    user, guest = join(hall, people.id, token=people.user_token), join(hall, people.id, name="Ann")
    seen(hall, user), seen(hall, guest)
    assert call(hall, user, "POST", "messages", json={"message": "x"}).status_code == 200
    assert engine.taken(Tell) == []


@pytest.mark.parametrize("after", ["-1", "x", str(10**30), str(2**63)])
def test_odd_places_in_the_chat(hall: Api, engine: WrittenEngine, after: str) -> None:
    place = People(hall).all_in()[0]
    answer = call(hall, place, "GET", f"messages?after={after}")
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["location"] == "after"


def test_quality_is_averaged_for_the_log(hall: Api, engine: WrittenEngine) -> None:
    place = People(hall).all_in()[1]
    for fps in (10, 20, 30):
        body = {"app_id": "ab" * 16, "fps_sent": fps, "bitrate_in": 100, "video_w": 10 * fps, "video_h": fps}
        assert call(hall, place, "POST", "stats", json=body).json() == {}
    row = hall.run(
        lambda db: db.exec_driver_sql(
            "SELECT avg_sent_fps, bitrate_in, video_w, video_h, app_id, stats_count FROM participations "
            f"WHERE participant_id = '{place['participant_id']}'"
        ).one()
    )
    assert tuple(row) == (20.0, 100.0, 300, 30, "AB" * 16, 3)


@pytest.mark.parametrize("body", [{"fps_sent": -1}, {"fps_sent": "nan"}, {"video_w": 10**9}, {"app_id": "zz"}])
def test_wrong_figures_are_refused(hall: Api, engine: WrittenEngine, body: dict[str, Any]) -> None:
    place = People(hall).all_in()[1]
    assert call(hall, place, "POST", "stats", json=body).status_code == 400


def test_restrictions_are_told_when_they_hold(hall: Api, engine: WrittenEngine) -> None:
    limits = {"use_local_stream_config": True, "video_quality": "360p", "framerate_video_limit": 15}
    owner, _user, _guest = People(hall, participant_restrictions=limits).all_in()
    assert owner["restrictions"] == {
        "video_quality": "360p",
        "framerate_video_limit": 15,
        "framerate_ds_limit": 15,
    }


def test_leaving_ends_the_key_to_the_room(hall: Api, engine: WrittenEngine) -> None:
    owner, user, _guest = People(hall).all_in()
    assert call(hall, user, "POST", "leave").json() == {}
    assert reason(call(hall, user, "GET", "participants")) == (404, "conferenceSessionNotFound")
    assert len(call(hall, owner, "GET", "participants").json()["participants"]) == 2


def test_only_the_owner_ends_it_for_all(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, user, guest = people.all_in()
    assert reason(call(hall, user, "POST", "end")) == (403, "forbidden")
    assert call(hall, owner, "POST", "end").json() == {}
    (ended,) = engine.taken(EndRoom)
    assert ended.message == {"type": "ended", "reason": "byModerator"}
    assert reason(call(hall, guest, "GET", "participants")) == (403, "accessTokenInvalid")
    logged = hall.get(f"/api/v3.10/logs/calls/{quoted(people.session)}", token=hall.secret_key).json()
    assert (logged["term_reason"], logged["participant_count"]) == (10, 3)


def test_a_key_opens_its_own_room_only(hall: Api, engine: WrittenEngine) -> None:
    one, other = People(hall).all_in()[0], People(hall).all_in()[0]
    path = f"/api/web/sessions/{quoted(other['session_id'])}/participants"
    assert reason(hall.get(path, token=one["participant_token"])) == (404, "conferenceSessionNotFound")
    assert reason(hall.get(path, token=hall.secret_key)) == (403, "forbidden")
    assert reason(hall.get(path)) == (403, "accessTokenInvalid")
    assert reason(hall.get("/api/v3.10/conferences", token=one["participant_token"])) == (403, "forbidden")
    assert reason(hall.get("/api/web/me", token=one["participant_token"])) == (403, "forbidden")


def test_joining_from_a_second_window(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    first = join(hall, people.id, token=people.owner_token)
    seen(hall, first)
    path = f"/api/web/conferences/{people.id}/join"
    assert reason(hall.post(path, token=people.owner_token, json={})) == (409, "alreadyJoined")
    second = join(hall, people.id, token=people.owner_token, takeover=True)
    assert second["participant_id"] == first["participant_id"]
    assert reason(call(hall, first, "GET", "participants")) == (403, "accessTokenInvalid")
    assert call(hall, second, "GET", "participants").status_code == 200


def test_a_page_that_comes_back_takes_no_other_windows_place(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    path = f"/api/web/conferences/{people.id}/join"
    laptop = join(hall, people.id, token=people.owner_token)
    seen(hall, laptop, "PA_laptop")
    back = {"takeover": True, "comes_back": laptop["participant_token"]}
    for _ in range(2):  # the second time the answer of the first was lost: the engine has nobody there
        again = join(hall, people.id, token=people.owner_token, **back)
    seen(hall, again, "PA_again")
    phone = join(hall, people.id, token=people.owner_token, takeover=True)
    seen(hall, phone, "PA_phone")
    late = {"takeover": True, "comes_back": again["participant_token"]}
    assert reason(hall.post(path, token=people.owner_token, json=late)) == (409, "alreadyJoined")
    assert call(hall, phone, "GET", "participants").status_code == 200


def test_a_kicked_participant(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    _owner, user, guest = people.all_in()
    base = f"/api/v3.10/conference-sessions/{quoted(people.session)}/participants"
    for name, place in ((people.user, user), (guest["participant_id"], guest)):
        assert hall.delete(f"{base}/{quoted(name)}", token=hall.secret_key).json() == {"participant_id": name}
        (removed,) = engine.taken(RemoveParticipant)
        assert removed.participant_id == place["participant_id"]
        assert reason(call(hall, place, "GET", "participants")) == (403, "accessTokenInvalid")
        again = hall.delete(f"{base}/{quoted(name)}", token=hall.secret_key)
        assert reason(again) == (404, "participantNotFound")


@pytest.mark.parametrize("how", ["delete", "switch off"])
def test_a_lost_account_leaves_the_meetings_of_others(hall: Api, engine: WrittenEngine, how: str) -> None:
    people = People(hall)
    owner, user, _guest = people.all_in()
    path = f"/api/v3.10/users/{people.user}"
    if how == "delete":
        assert hall.delete(path, token=hall.secret_key).status_code == 200
    else:
        assert hall.put(path, token=hall.secret_key, json={"is_active": 0}).status_code == 200
    (removed,) = engine.taken(RemoveParticipant)
    assert removed.participant_id == user["participant_id"]
    assert reason(call(hall, user, "GET", "participants")) == (403, "accessTokenInvalid")
    assert len(call(hall, owner, "GET", "participants").json()["participants"]) == 2


def test_everybody_is_told_of_a_stop(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    people.all_in()
    stop(hall, people.id)
    (ended,) = engine.taken(EndRoom)
    assert (ended.session_id, ended.message) == (people.session, {"type": "ended", "reason": "stopped"})
    again = hall.post(f"/api/v3.10/conferences/{people.id}/stop", token=hall.secret_key)
    assert reason(again) == (400, "conferenceIsNotRunning")
    assert engine.taken(EndRoom) == []


def test_guests_with_a_link_of_their_own_keep_their_identity(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    params = {"call_id": people.id, "user": "2$visitor7*Ann Lee"}
    clients = hall.get("/api/v3.10/software/clients", token=hall.secret_key, params=params).json()["clients"]
    fragment = dict(part.partition("=")[::2] for part in clients[0]["web_url"].partition("#")[2].split("&"))
    assert fragment["login"] == "*guest*Ann%20Lee"
    place = join(hall, people.id, token=fragment["token"], name="Ann Lee")
    assert place["participant_id"] == "#guest2:visitor7@server.test"
    assert hall.get("/api/v3.10/conferences", token=fragment["token"]).status_code == 403
