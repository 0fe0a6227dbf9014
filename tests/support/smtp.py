"""A real mail server that keeps what it is given."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.support.server import free_port

LOGIN, PASSWORD = "rostrum", "mail password"


class Sink:
    """What arrived; `refusals` answers stand before the first acceptance."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusals: list[str] = []
        self.attempts = 0
        self.hold = False
        """Whether letters wait at the door."""
        self.held = 0
        self.was_encrypted: list[bool] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        self.attempts += 1
        self.held += self.hold
        while self.hold:  # noqa: ASYNC110 (another thread says when)
            await asyncio.sleep(0.02)
        if self.refusals:
            return self.refusals.pop(0)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    def taken(self) -> list[EmailMessage]:
        """What arrived since the last time."""
        found, self.messages = self.messages, []
        return found


def text_of(message: EmailMessage) -> str:
    """The plain text of a letter."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    """The HTML of a letter."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


class _Controller(Controller):
    """Remembers who called: what is still open at the end would be found open in some later test."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self._calls: list[SMTP] = []
        super().__init__(*given, **named)

    def factory(self) -> SMTP:
        self._calls.append(super().factory())
        return self._calls[-1]

    def hang_up(self) -> None:
        """Nobody is listened to any more."""
        for call in self._calls:
            if call.transport is not None:
                self.loop.call_soon_threadsafe(call.transport.abort)


@contextmanager
def smtp_sink(tls: ssl.SSLContext | None = None, *, login: bool = False, wrapped: bool = False) -> Iterator[Sink]:
    """A mail server on loopback: plain, with STARTTLS, or with TLS from the first byte; with a login if wanted."""
    sink = Sink()
    sink.port = free_port()

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and (given.login, given.password) == (
            LOGIN.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=good, handled=good)

    more: dict[str, Any] = {"authenticator": check, "auth_required": True, "auth_require_tls": tls is not None}
    given = (more if login else {}) | ({"tls_context": tls, "require_starttls": True} if tls and not wrapped else {})
    if wrapped:
        given |= {"ssl_context": tls} | ({"auth_require_tls": False} if login else {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        controller = _Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=60, **given)
        controller.start()
        try:
            yield sink
        finally:
            controller.hang_up()
            controller.stop()
