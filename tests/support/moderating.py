"""People in a meeting that somebody moderates: a host, an invited user, a guest."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx

from tests.support.api import Api
from tests.support.meeting import join, quoted, run, seen


class Moderated:
    """A running conference with its owner in; others come when a test lets them."""

    def __init__(self, api: Api, **fields: Any) -> None:
        self.api = api
        self.owner, self.owner_token = api.new_user()
        self.member, self.member_token = api.new_user()
        invited = [{"id": self.owner}, {"id": self.member}]
        made = api.new_conference(owner=self.owner, **{"allow_guests": True, "invitations": invited} | fields)
        self.id = str(made["id"])
        self.session = run(api, self.id)
        self.host = self.come(token=self.owner_token)

    def come(self, **given: Any) -> dict[str, Any]:
        """Somebody joins, and the engine has them unless they wait."""
        place = join(self.api, self.id, **given)
        if not place["waiting"]:
            seen(self.api, place, f"PA_{place['participant_id']}")
        return place

    def ask(self, place: dict[str, Any], method: str, what: str, **body: Any) -> httpx.Response:
        """Call an operation of the meeting as one of its people."""
        path = f"/api/web/sessions/{quoted(self.session)}/{what}"
        given = {} if method in {"GET", "DELETE"} else {"json": body}
        return self.api.request(method, path, token=place["participant_token"], **given)

    def do(self, place: dict[str, Any], method: str, what: str, **body: Any) -> None:
        """Call an operation that must succeed."""
        answer = self.ask(place, method, what, **body)
        assert (answer.status_code, answer.json()) == (200, {}), answer.text

    def state(self, place: dict[str, Any] | None = None) -> dict[str, Any]:
        """The state as somebody sees it; without a choice the host."""
        answer = self.ask(place or self.host, "GET", "state")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["state"])

    def roles(self) -> dict[str, int]:
        """Everybody's role, as the API shows it."""
        path = f"/api/v3.10/conference-sessions/{quoted(self.session)}/participants"
        listed = self.api.get(path, token=self.api.secret_key).json()["participants"]
        return {one["participant_id"]: one["role"] for one in listed}
