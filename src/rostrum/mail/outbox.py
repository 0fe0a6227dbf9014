"""The way out: letters wait in the table of due work, and leave by SMTP at least once, in order for each recipient."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection

from rostrum.api.work import Recorded
from rostrum.jobs import store as jobs
from rostrum.jobs.runner import Outside
from rostrum.mail.letters import Letter, rendered
from rostrum.settings import Settings

log = structlog.get_logger()

JOB = "mail"
_TIMEOUT_S = 20
_LONGEST_ADDRESS = 254
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@([a-z\d-]+\.)+[a-z\d-]+", re.ASCII | re.IGNORECASE)

Record = Callable[[Connection, Recorded, str, datetime], None]


class MailError(Exception):
    """The letter could not be handed over; the message says why."""


def put(db: Connection, settings: Settings, letter: Letter, now: datetime) -> bool:
    """Keep a letter to be sent; False while mail is switched off or the address is none."""
    if not settings.mail.host or not is_address(letter.to):
        return False
    # The same id in every attempt: a mail server that gets a letter twice can tell.
    message_id = f"<{secrets.token_hex(16)}@{_domain(settings)}>"
    kept = msgspec.structs.replace(letter, lang=letter.lang or settings.mail.language, message_id=message_id)
    jobs.enqueue(db, JOB, msgspec.to_builtins(kept), now, queue=f"mail:{letter.to.lower()}"[:300])
    return True


def handler(settings: Settings, record: Record) -> Outside:
    """Sends what waits, for a day; then the event log tells that it was given up."""

    async def send_kept(payload: Mapping[str, Any]) -> None:
        await send(settings, msgspec.convert(payload, Letter))

    def given_up(db: Connection, payload: Mapping[str, Any], error: str) -> None:
        log.error("a letter was given up", kind=payload["kind"], error=error)
        told = {"error": error[:500], "kind": payload["kind"], "topic": payload["topic"]}
        record(db, Recorded("mail_failed", "mail", payload["to"], told, "high"), "", datetime.now(UTC))

    return Outside(send_kept, given_up=given_up)


async def send(settings: Settings, letter: Letter) -> None:
    """Hand a letter over to the mail server now. Raises MailError."""
    import aiosmtplib  # noqa: PLC0415 (a start needs none of this)

    mail = settings.mail
    message = composed(settings, letter)
    try:
        await aiosmtplib.send(
            message,
            hostname=mail.host,
            port=mail.port,
            username=mail.login or None,
            password=mail.password or None,
            use_tls=mail.security == "tls",
            start_tls=mail.security == "starttls",
            validate_certs=mail.check_certificate,
            timeout=_TIMEOUT_S,
        )
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise MailError(f"{mail.host}:{mail.port}: {type(error).__name__}: {error}") from error


def composed(settings: Settings, letter: Letter) -> EmailMessage:
    """The letter as a message: text and HTML, and the calendar entry beside them."""
    shown = rendered(letter, settings.server.name)
    message = EmailMessage()
    message["Subject"] = shown.subject
    message["From"] = sender(settings)
    message["To"] = Address(" ".join(letter.to_name.split()), addr_spec=letter.to)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = letter.message_id or f"<{secrets.token_hex(16)}@{_domain(settings)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(shown.text)
    message.add_alternative(shown.html, subtype="html")
    if letter.ics:
        message.add_attachment(
            letter.ics.encode(),
            maintype="text",
            subtype="calendar",
            filename="invite.ics",
            params={"charset": "utf-8", "method": letter.ics_method},
        )
    return message


def sender(settings: Settings) -> Address:
    """Who letters come from. Raises MailError when the setting is no address."""
    name, address = parseaddr(settings.mail.from_ or f"rostrum@{_domain(settings)}")
    if not is_address(address):
        raise MailError(f"mail.from is no mail address: {settings.mail.from_ or address}")
    return Address(name or "Rostrum", addr_spec=address)


def is_address(text: str) -> bool:
    """Whether this can be the address of a mailbox."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def _domain(settings: Settings) -> str:
    name = settings.server.name
    return name if "." in name else f"{name}.localdomain"
