"""Letters about conferences, read from a real mail server."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from icalendar import Calendar
from sqlalchemy import select, update

from rostrum import tls
from rostrum.cli import main
from rostrum.db.database import Database
from rostrum.jobs import runner
from rostrum.jobs.runner import Outside
from rostrum.jobs.tables import jobs
from rostrum.mail import outbox
from rostrum.mail.letters import Letter
from tests.support.api import Api
from tests.support.server import Server, free_port, running_server
from tests.support.smtp import LOGIN, PASSWORD, Sink, html_of, smtp_sink, text_of

GUEST = "guest@elsewhere.test"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as made:
        yield made


@pytest.fixture
def mailing(fresh_api: Api, sink: Sink) -> Api:
    """An application that sends letters; Ann, Bob and Carl have an account, Carl has no address."""
    mail = fresh_api.settings.mail
    mail.host, mail.port, mail.security = "127.0.0.1", sink.port, "none"
    fresh_api.settings.server.public_url = "https://meet.example"
    for login, address in (("ann", "ann@example.org"), ("bob", "bob@example.org"), ("carl", "")):
        body = {"login_name": login, "password": "secret-password", "email": address, "display_name": login.title()}
        assert fresh_api.post("/api/v3.10/users", token=fresh_api.secret_key, json=body).status_code == 200
    return fresh_api


def posted(api: Api) -> None:
    """Send everything that is due now."""
    while api.wait(api.app.jobs.step()):
        pass
    while api.wait(api.app.post.step()):
        pass


def once(start: int, **more: Any) -> dict[str, Any]:
    people = [{"id": "ann"}, {"id": "bob"}, {"id": "carl"}, {"id": GUEST, "display_name": "Gast Ünal"}]
    return {
        "owner": "ann",
        "topic": "Plan <A> & {b}",
        "schedule": {"type": 1, "start_time": start, "duration": 3600},
        "invitations": people,
    } | more


def calendar_of(message: Any) -> tuple[Any, str]:
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_filename() == "invite.ics"
    parsed = Calendar.from_ical(part.get_content())
    return parsed.walk("VEVENT")[0], str(part.get_param("method"))


def test_invitation_change_and_cancellation(mailing: Api, sink: Sink) -> None:
    api = mailing
    start = int(time.time()) + 86_400
    made = api.new_conference(**once(start, pin="2468", description="Bring coffee", meeting_room="Blue room"))
    posted(api)
    first = sink.taken()
    assert sorted(message["To"] for message in first) == ["Bob <bob@example.org>", f"Gast Ünal <{GUEST}>"]
    letter = first[0]
    assert letter["Subject"] == "Invitation: Plan <A> & {b}"
    assert letter["From"].endswith("<rostrum@server.test>")
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = text_of(letter), html_of(letter)
    moment = datetime.fromtimestamp(start, UTC)
    for wanted in (
        f"https://meet.example/c/{made['id']}",
        f"{moment:%Y-%m-%d %H:%M}",
        "2468",
        "Ann",
        "Bring coffee",
        "Blue room",
    ):
        assert wanted in text
        assert wanted in html
    assert "Plan &lt;A&gt; &amp; {b}" in html
    assert '<h1 style="' in html
    event, method = calendar_of(letter)
    assert (method, event["uid"], event["sequence"]) == ("PUBLISH", f"{made['id']}-{made['created_at']}@server.test", 0)
    assert event["dtstart"].dt == moment

    address = f"/api/v3.10/conferences/{made['id']}"
    less = [{"id": "ann"}, {"id": "bob"}]
    later = {"topic": "Plan B", "schedule": {"type": 1, "start_time": start + 600, "duration": 60}, "invitations": less}
    assert api.put(address, token=api.secret_key, json=later).status_code == 200
    posted(api)
    second = {message["To"].addresses[0].addr_spec: message for message in sink.taken()}
    assert second["bob@example.org"]["Subject"] == "Changed: Plan B"
    assert second[GUEST]["Subject"] == "Cancelled: Plan B"
    changed, _ = calendar_of(second["bob@example.org"])
    assert changed["sequence"] > event["sequence"]
    assert changed["uid"] == event["uid"]
    assert api.put(address, token=api.secret_key, json={"tags": ["x"]}).status_code == 200
    posted(api)
    assert sink.taken() == [], "of what changes nothing for the invited they are not told"

    added = api.post(f"{address}/invitations", token=api.secret_key, json={"id": GUEST, "display_name": "G"})
    assert added.status_code == 200
    assert api.delete(address, token=api.secret_key).status_code == 200
    posted(api)
    last = [(message["Subject"], message["To"].addresses[0].addr_spec) for message in sink.messages]
    assert last[0] == ("Invitation: Plan B", GUEST)
    assert sorted(last[1:]) == [("Cancelled: Plan B", "bob@example.org"), ("Cancelled: Plan B", GUEST)]
    gone, method = calendar_of(sink.messages[-1])
    assert (method, gone["status"]) == ("CANCEL", "CANCELLED")
    assert gone["sequence"] > changed["sequence"]


def test_who_is_taken_off_the_list_learns_it(mailing: Api, sink: Sink) -> None:
    api = mailing
    people = [{"id": "ann"}, {"id": "bob"}, {"id": GUEST, "display_name": "G"}]
    made = api.new_conference(owner="ann", topic="Plan", invitations=people)
    posted(api)
    sink.taken()
    address = f"/api/v3.10/conferences/{made['id']}/invitations/bob"
    assert api.delete(address, token=api.secret_key).json() == {"id": "bob"}
    posted(api)
    (letter,) = sink.taken()
    assert (letter["Subject"], letter["To"].addresses[0].addr_spec) == ("Cancelled: Plan", "bob@example.org")


def test_notify_tells_the_owner_too(mailing: Api, sink: Sink) -> None:
    api = mailing
    made = api.new_conference(owner="ann", invitations=[{"id": "ann"}, {"id": "bob"}])
    posted(api)
    sink.taken()
    address = f"/api/v3.10/conferences/{made['id']}/notify"
    assert api.post(address, token=api.secret_key).json() == {"result": True}
    posted(api)
    assert sorted(message["To"].addresses[0].addr_spec for message in sink.taken()) == [
        "ann@example.org",
        "bob@example.org",
    ]
    api.settings.mail.host = ""
    assert api.post(address, token=api.secret_key).json() == {"result": False}
    posted(api)
    assert sink.taken() == []


def test_reminders(mailing: Api, sink: Sink) -> None:
    """Each at its time, once, also for the weeks to come; not after the conference changed its mind."""
    api = mailing
    start = int(time.time()) + 3000
    given = once(start, reminders_enabled=True, reminders=[{"before_start": 15}, {"before_start": 30}])
    made = api.new_conference(**given)
    posted(api)
    sink.taken()

    def planned() -> dict[str, int]:
        rows = api.run(lambda db: db.execute(select(jobs.c.key, jobs.c.due_at).where(jobs.c.kind == "reminder")).all())
        return {row.key.rpartition(":")[2]: round(row.due_at.timestamp()) - start for row in rows}

    assert planned() == {"15": -900, "30": -1800}
    soon = int(time.time()) + 14 * 60
    changed = {"schedule": {"type": 1, "start_time": soon, "duration": 60}}
    address = f"/api/v3.10/conferences/{made['id']}"
    assert api.put(address, token=api.secret_key, json=changed).status_code == 200
    assert planned() == {}, "the time of both is past"
    assert api.put(address, token=api.secret_key, json={"schedule": given["schedule"]}).status_code == 200
    assert planned() == {"15": -900, "30": -1800}
    posted(api)
    sink.taken()
    now = datetime.now(UTC)
    key = f"reminder:{made['id']}:15"
    api.run(lambda db: db.execute(update(jobs).where(jobs.c.key == key).values(due_at=now)))
    posted(api)
    assert sink.taken() == [], "it is not time yet"
    assert planned()["15"] == -900 or "15" not in planned()
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    clock = (now + timedelta(minutes=14)).strftime("%H:%M")
    weekly = {"type": 0, "days": days, "time": clock, "duration": 60}
    given |= {"schedule": weekly, "topic": "Weekly", "reminders": [{"before_start": 15}]}
    again = api.new_conference(**given)
    posted(api)
    sink.taken()
    key = f"reminder:{again['id']}:15"
    api.run(lambda db: db.execute(update(jobs).where(jobs.c.key == key).values(due_at=now)))
    posted(api)
    assert {message["Subject"] for message in sink.messages} == {"Soon: Weekly"}
    assert len(sink.taken()) == 3, "the owner is reminded too; Carl has no address"
    due = api.run(lambda db: db.execute(select(jobs.c.due_at).where(jobs.c.key == key)).scalar_one())
    assert timedelta(hours=23) < due - now < timedelta(hours=25), "the next one is tomorrow"


@pytest.mark.parametrize("before", [5, 10, 15, 30, 60, 1440])
def test_every_time_of_a_reminder(mailing: Api, sink: Sink, before: int) -> None:
    """It comes when that much time is left, to the second, and says so."""
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        start = int(time.time()) + before * 60 + 2
        mailing.new_conference(**once(start, reminders_enabled=True, reminders=[{"before_start": before}]))
        posted(mailing)
        sink.taken()
        row = mailing.run(lambda db: db.execute(select(jobs).where(jobs.c.kind == "reminder")).one())
        assert round(row.due_at.timestamp()) == start - before * 60
        clock.move_to(row.due_at - timedelta(seconds=1))
        posted(mailing)
        assert sink.taken() == []
        clock.move_to(row.due_at)
        posted(mailing)
        assert {message["Subject"] for message in sink.taken()} == {"Soon: Plan <A> & {b}"}


def test_tried_again_in_order_and_given_up_visibly(mailing: Api, sink: Sink) -> None:
    api = mailing
    sink.refusals = ["451 busy", "451 busy"]
    for topic in ("One", "Two"):
        api.new_conference(owner="ann", topic=topic, invitations=[{"id": "ann"}, {"id": "bob"}])
    posted(api)
    assert (sink.attempts, sink.taken()) == (1, []), "the second waits for the first"
    for _ in range(2):
        api.run(lambda db: db.execute(update(jobs).values(due_at=datetime.now(UTC))))
        posted(api)
    assert [message["Subject"] for message in sink.taken()] == ["Invitation: One", "Invitation: Two"]

    api.new_conference(owner="ann", topic="Never", invitations=[{"id": "ann"}, {"id": "bob"}])
    sink.refusals = ["550 no such mailbox"]
    mine = jobs.c.kind == outbox.JOB
    api.run(lambda db: db.execute(update(jobs).where(mine).values(attempts=60)))
    posted(api)
    row = api.run(lambda db: db.execute(select(jobs).where(mine)).one())
    assert row.given_up_at is not None
    assert "550" in row.last_error
    api.new_conference(owner="ann", topic="Next", invitations=[{"id": "ann"}, {"id": "bob"}])
    posted(api)
    assert [message["Subject"] for message in sink.taken()] == ["Invitation: Next"], "what was given up holds up nobody"
    told = api.get("/api/v3.10/logs/events?event_type=mail_failed", token=api.secret_key).json()["list"]
    assert len(told) == 1
    assert (told[0]["object_name"], told[0]["severity"]) == ("bob@example.org", "high")
    assert "550" in told[0]["payload"]["error"]


def test_switched_off_and_strange_addresses(fresh_api: Api) -> None:
    owner, _ = fresh_api.new_user()
    people = [{"id": owner}, {"id": GUEST}]
    fresh_api.new_conference(owner=owner, invitations=people)
    assert fresh_api.run(lambda db: db.execute(select(jobs)).all()) == []
    good = ["a@b.example", "a.b+c@d-e.example.org"]
    bad = [
        "",
        "a",
        "a@b",
        "#sip:a@b.example",
        "a@b.example\r\nBcc: x@y.example",
        "a b@c.example",
        "é@b.example",
        "@b.c",
    ]
    assert [one for one in good + bad if outbox.is_address(one)] == good


def test_what_waits_while_mail_is_switched_off_is_sent_later(tmp_path: Path, sink: Sink) -> None:
    def tries(server: Server) -> list[int]:
        """How often each letter was tried; it is due from now on."""
        database = Database(server.environment["ROSTRUM_DATABASE_URL"], server.data_dir)
        database.run_here(lambda db: db.execute(update(jobs).values(due_at=datetime.now(UTC))))
        found = list(database.run_here(lambda db: db.execute(select(jobs.c.attempts)).scalars().all()))
        database.close()
        return found

    def again(server: Server, *flags: str) -> list[int]:
        server.kill()
        before = tries(server)
        server.flags = [*plain, *flags]
        server.restart()
        time.sleep(2)
        return before

    mailing = ["--mail-host", "127.0.0.1", "--mail-security", "none", "--mail-port"]
    with running_server(tmp_path, "off") as server:
        plain = server.flags
        again(server, *mailing, str(free_port()))
        server.call("POST", "/api/v3.10/users", json={"login_name": "ann", "password": "secret-password"})
        body = {"topic": "T", "owner": "ann", "invitations": ["ann", GUEST]}
        assert server.call("POST", "/api/v3.10/conferences", json=body).status_code == 200
        before = again(server)
        assert len(before) == 1
        assert again(server, *mailing, str(sink.port)) == before
        deadline = time.monotonic() + 30
        while not sink.messages and time.monotonic() < deadline:
            time.sleep(0.05)
        (letter,) = sink.taken()
        assert GUEST in letter["To"]


def test_protected_connections_and_logins(fresh_api: Api, tmp_path: Path) -> None:
    made = tls.ensure_self_signed(tmp_path, ["localhost"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.cert, made.key)
    mail = fresh_api.settings.mail
    mail.host, mail.login, mail.password = "127.0.0.1", LOGIN, PASSWORD
    letter = Letter(kind="test", to="a@b.example")

    async def go() -> None:
        await outbox.send(fresh_api.settings, letter)

    for security, wrapped in (("starttls", False), ("tls", True)):
        with smtp_sink(context, login=True, wrapped=wrapped) as sink:
            mail.port, mail.security, mail.check_certificate = sink.port, security, True  # type: ignore[assignment]
            with pytest.raises(outbox.MailError, match=r"(?i)certificate"):
                fresh_api.wait(go())
            mail.check_certificate = False
            fresh_api.wait(go())
            assert [message["Subject"] for message in sink.messages] == ["Test message from server.test"]
            mail.password = "wrong"
            with pytest.raises(outbox.MailError, match=r"(?i)535|auth"):
                fresh_api.wait(go())
            mail.password = PASSWORD
    with pytest.raises(outbox.MailError):
        fresh_api.wait(go())


def test_the_command(tmp_path: Path, sink: Sink) -> None:
    words = ["mail", "test", "me@example.org", "--data-dir", str(tmp_path), "--name", "meet.example"]
    off = CliRunner().invoke(main, words)
    assert off.exit_code == 1
    assert "mail is off" in off.output
    on = ["--mail-host", "127.0.0.1", "--mail-port", str(sink.port), "--mail-security", "none"]
    done = CliRunner().invoke(main, [*words, *on, "--mail-language", "ru", "--mail-from", "desk@example.org"])
    assert done.exit_code == 0, done.output
    assert sink.messages[0]["Subject"] == "Проверочное письмо от meet.example"
    assert sink.messages[0]["From"] == "Rostrum <desk@example.org>"
    assert sink.recipients == ["me@example.org"]
    away = CliRunner().invoke(main, [*words, "--mail-host", "127.0.0.1", "--mail-port", "1", "--mail-security", "none"])
    assert away.exit_code == 1
    assert "127.0.0.1:1" in away.output


@pytest.mark.parametrize(("security", "wrapped"), [("starttls", False), ("tls", True)])
def test_the_command_on_a_protected_server_with_a_login(tmp_path: Path, security: str, *, wrapped: bool) -> None:
    made = tls.ensure_self_signed(tmp_path, ["localhost"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.cert, made.key)
    words = ["mail", "test", "me@example.org", "--data-dir", str(tmp_path), "--name", "meet.example"]
    with smtp_sink(context, login=True, wrapped=wrapped) as sink:
        words += ["--mail-host", "127.0.0.1", "--mail-port", str(sink.port), "--mail-security", security]
        words += ["--mail-login", LOGIN, "--mail-password", PASSWORD]
        refused = CliRunner().invoke(main, words)
        assert refused.exit_code == 1
        assert "certificate" in refused.output.lower()
        unchecked = ["--no-mail-check-certificate", "--mail-from", "Meetings <meet@example.org>"]
        done = CliRunner().invoke(main, [*words, *unchecked])
        assert done.exit_code == 0, done.output
        assert sink.messages[0]["From"] == "Meetings <meet@example.org>"
        assert wrapped or sink.was_encrypted == [True]
        wrong = CliRunner().invoke(main, [*words, *unchecked, "--mail-from", "nobody"])
        assert wrong.exit_code == 1
        assert "mail.from is no mail address: nobody" in wrong.output


def test_patience_lasts_a_day_with_growing_pauses() -> None:
    pauses = [runner.pause(attempt) for attempt in range(1, 40)]
    assert pauses[0] == timedelta(seconds=5)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
    assert Outside(None).patience == timedelta(days=1)  # type: ignore[arg-type]


def test_a_letter_is_tried_for_a_day(mailing: Api, sink: Sink) -> None:
    """Every attempt at its time, none before; then it is given up, and the event log says so once."""
    api = mailing
    sink.refusals = ["451 busy"] * 100
    api.new_conference(owner="ann", topic="Never", invitations=[{"id": "ann"}, {"id": "bob"}])
    began = datetime.now(UTC)
    mine = jobs.c.kind == outbox.JOB
    waited = timedelta()
    for attempt in range(1, 100):
        before = datetime.now(UTC)
        posted(api)
        assert sink.attempts == attempt
        row = api.run(lambda db: db.execute(select(jobs).where(mine)).one())
        if row.given_up_at is not None:
            break
        assert before <= row.due_at - runner.pause(attempt) <= datetime.now(UTC)
        waited += runner.pause(attempt)
        api.run(lambda db: db.execute(update(jobs).where(mine).values(due_at=began)))
    assert timedelta(days=1) <= waited < timedelta(days=1, hours=2)
    events = api.get("/api/v3.10/logs/events?event_type=mail_failed", token=api.secret_key).json()["list"]
    assert [one["object_name"] for one in events] == ["bob@example.org"]
