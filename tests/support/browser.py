"""People in browsers: they open pages, join, and tell what they see and hear."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.server import Server

expect.set_options(timeout=15_000)  # beside three other processes, what a page does at once may take a while

PASSWORD = "secret-password"
CHROMIUM = "/usr/bin/chromium-headless-shell"
"""The browser without the windows and buttons around its pages."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-default-apps",
    "--disable-extensions",
    "--use-fake-device-for-media-stream=fps=20",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,OptimizationHints,MediaRouter",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--allow-loopback-in-peer-connection",
]

_RECEIVED = """async () => {
  const room = window.__rostrum.room
  const found = {frames: 0, audioEnergy: 0, packetsLost: 0, width: 0}
  for (const participant of room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values()) {
      const report = publication.track && await publication.track.getRTCStatsReport()
      report?.forEach(entry => {
        if (entry.type !== 'inbound-rtp') return
        found.packetsLost += entry.packetsLost || 0
        if (entry.kind === 'video') {
          found.frames += entry.framesDecoded || 0
          found.width = Math.max(found.width, entry.frameWidth || 0)
        }
        else found.audioEnergy += entry.totalAudioEnergy || 0
      })
    }
  return found
}"""

_PICTURE = """selector => {
  const video = document.querySelector(selector)
  if (!video || !video.videoWidth) return {time: 0, width: 0, duration: 0, spread: 0, print: 0}
  const canvas = document.createElement('canvas'); canvas.width = 160; canvas.height = 90
  const pen = canvas.getContext('2d'); pen.drawImage(video, 0, 0, 160, 90)
  const data = pen.getImageData(0, 0, 160, 90).data
  let low = 255, high = 0, print = 0
  for (let at = 0; at < data.length; at += 4) {
    const light = (data[at] + data[at+1] + data[at+2]) / 3
    low = Math.min(low, light); high = Math.max(high, light); print += light * (at + 1)
  }
  return {time: video.currentTime, width: video.videoWidth, duration: video.duration, spread: high - low, print}
}"""


_STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame)
  await frame()
  await frame()
  const moving = document.getAnimations().filter(one => one.playState === 'running')
  const ending = moving.filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
  await Promise.allSettled(ending.map(one => one.finished))
}"""


class People:
    """Accounts, conferences and windows of one test."""

    def __init__(self, server: Server, context: Callable[..., BrowserContext]) -> None:
        self.server = server
        self.context = context
        self._conferences: list[str] = []

    def account(self, name: str) -> str:
        """A fresh account; its login."""
        login = f"{name.split(maxsplit=1)[0].lower()}{secrets.token_hex(3)}"
        fields = {"login_name": login, "password": PASSWORD, "display_name": name}
        answer = self.server.call("POST", "/api/v3.10/users", json=fields)
        assert answer.status_code == 200, answer.text
        return login

    def colleagues(self, *names: str, rights: list[str] | None = None) -> list[str]:
        """Fresh accounts that are each other's contacts; their logins."""
        logins = [self.account(name) for name in names]
        given = {"display_name": f"Colleagues {secrets.token_hex(4)}"} | ({"rights": rights} if rights else {})
        group = self.server.call("POST", "/api/v3.10/groups", json=given).json()["group"]["id"]
        for login in logins:
            self.server.call("POST", f"/api/v3.10/groups/{group}/users", json={"user_id": login})
        return logins

    def at_home(self, login: str, **window: Any) -> Page:
        """Somebody signed in on the home page."""
        page = self.open("/", **window)
        page.get_by_test_id("sign-in-login").fill(login)
        page.get_by_test_id("sign-in-password").fill(PASSWORD)
        page.get_by_test_id("sign-in").click()
        expect(page.get_by_test_id("contacts")).to_be_visible()
        return page

    def conference(self, owner: str, *, run: bool = True, **fields: Any) -> dict[str, Any]:
        """A conference made through the API, running unless told otherwise."""
        given = {"topic": "Weekly planning", "owner": owner, "allow_guests": True, **fields}
        answer = self.server.call("POST", "/api/v3.10/conferences", json=given)
        assert answer.status_code == 200, answer.text
        conference_id = answer.json()["conference"]["id"]
        self._conferences.append(conference_id)
        if run:
            self.server.call("POST", f"/api/v3.10/conferences/{conference_id}/run")
        return dict(self.server.call("GET", f"/api/v3.10/conferences/{conference_id}").json()["conference"])

    def ends(self, conference: dict[str, Any]) -> None:
        """The meeting ends for everybody; its worker is free for another one."""
        self.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/stop")

    def go_home(self) -> None:
        """Every meeting of the test ends: one that is recorded keeps a worker busy also when nobody is in it."""
        for conference_id in self._conferences:
            self.server.call("POST", f"/api/v3.10/conferences/{conference_id}/stop")

    def token(self, login: str) -> str:
        """The account's access token."""
        grant = {
            "grant_type": "password",
            "client_id": "trueconf_server_users",
            "username": login,
            "password": PASSWORD,
        }
        return str(self.server.http.post("/oauth2/v1/token", json=grant).json()["access_token"])

    def owner_joins(self, conference: dict[str, Any], login: str, **window: Any) -> Page:
        """The owner signs in on the join page and joins."""
        page = self.open(f"/c/{conference['id']}", **window)
        self.sign_in(page, login)
        return self._enter(page)

    def guest_joins(self, conference: dict[str, Any], name: str, **window: Any) -> Page:
        """A guest types a name and joins."""
        page = self.open(f"/c/{conference['id']}", **window)
        page.get_by_test_id("guest-name").fill(name)
        return self._enter(page)

    def at_the_door(self) -> tuple[Page, Page]:
        """The owner is in a meeting with a waiting room, and Ann waits before it."""
        login = self.account("Olga")
        conference = self.conference(login, waiting_room_enabled=True, waiting_room_scope="all")
        owner = self.owner_joins(conference, login)
        guest = self.open(f"/c/{conference['id']}")
        guest.get_by_test_id("guest-name").fill("Ann")
        guest.get_by_test_id("join").click()
        guest.get_by_test_id("waiting").wait_for()
        return owner, guest

    def open(self, path: str, **window: Any) -> Page:
        """A page in a window of its own."""
        page = self.context(**window).new_page()
        page.goto(self.server.url + path)
        return page

    @staticmethod
    def sign_in(page: Page, login: str) -> None:
        """Somebody signs in on the join page of a conference that guests may join too."""
        page.get_by_test_id("show-sign-in").click()
        page.get_by_test_id("sign-in-login").fill(login)
        page.get_by_test_id("sign-in-password").fill(PASSWORD)
        page.get_by_test_id("sign-in").click()
        page.get_by_test_id("account-name").wait_for()

    @staticmethod
    def _enter(page: Page) -> Page:
        page.get_by_test_id("join").click()
        expect(page.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
        page.wait_for_function("window.__rostrum?.room?.state === 'connected'", timeout=15_000)
        return page


def received(page: Page) -> dict[str, float]:
    """What this browser has received so far: decoded frames, sound energy, lost packets, frame width."""
    return dict(page.evaluate(_RECEIVED))


def picture(page: Page, test_id: str = "remote-video") -> dict[str, float]:
    """What a video shows: its second, width, length (s), contrast (0 to 255; black has none), a print of it."""
    return dict(page.evaluate(_PICTURE, f'[data-testid="{test_id}"]'))


def stands_still(page: Page) -> None:
    """Wait until nothing fades or moves any more: a half faded text would be found as a bad contrast."""
    page.evaluate(_STILL)


def nothing_found(page: Page, *rules: str) -> None:
    """Whether somebody with a screen reader, a keyboard or weak eyes can use the page, as far as axe sees it.

    Only by these rules of axe, when some are named.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: list[Any] = []
    for _ in range(2):  # a tooltip may begin to fade in while axe looks: what is wrong is so at the second look too
        stands_still(page)
        found = Axe().run(page, options=options)["violations"]
        if not found:
            return
    assert not found, [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def until(condition: Callable[[], bool], what: str = "it happens", seconds: float = 20) -> None:
    """Wait for something that no page says in words."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.2)
