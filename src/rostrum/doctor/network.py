"""How people reach the server: ports, addresses, certificates."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rostrum import tls
from rostrum.doctor.finding import Check
from rostrum.media import engine_config, leash
from rostrum.settings import Settings

_DAYS_LEFT = 14


def ports(data_dir: Path, settings: Settings) -> Iterator[Check]:
    """Whether the ports are free, or ours already."""
    server, media = settings.server, settings.media
    ours = leash.is_held(data_dir / "engine" / "lock")
    wanted: list[tuple[str, Literal["udp", "tcp"], int, str, str]] = [
        ("web and API", "tcp", server.port, server.host, "--port")
    ]
    if media.engine == "embedded":
        wanted += [
            ("media", "udp", media.udp_port, "", "--media-udp-port"),
            ("media without UDP", "tcp", media.tcp_port, "", "--media-tcp-port"),
        ]
    for use, kind, port, host, flag in wanted:
        name = f"Port {port}/{kind}"
        if port == 0:
            yield Check(name, "ok", f"{use}: a free one is taken at each start")
        elif engine_config.port_is_free(kind, port, host):
            yield Check(name, "ok", f"free, for {use}")
        elif ours or (use == "web and API" and _answers_as_rostrum(port)):
            yield Check(name, "ok", f"{use}: in use by the Rostrum server that runs here")
        else:
            yield Check(
                name, "fail", f"taken by another program, or not ours to bind ({use})", f"choose another {flag}"
            )


def _answers_as_rostrum(port: int) -> bool:
    insecure = ssl.create_default_context()
    insecure.check_hostname = False
    insecure.verify_mode = ssl.CERT_NONE
    plain = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    for connection in (plain, http.client.HTTPSConnection("127.0.0.1", port, timeout=1, context=insecure)):
        try:
            connection.request("GET", "/health/live")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return False


def address(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """The address that browsers send media to."""
    media = settings.media
    if media.engine != "embedded":
        return
    found = engine_config.default_address()
    if media.node_ip:
        yield Check("Media address", "ok", f"{media.node_ip} (set)")
    elif found is None:
        advice = "connect it to a network, or set --media-node-ip"
        yield Check(
            "Media address", "warn", "this machine has no address but loopback: only its own browsers can join", advice
        )
    else:
        yield Check(
            "Media address", "ok", f"{found}; behind NAT set --media-node-ip to the address that browsers reach"
        )


def secure_context(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """Whether browsers will give camera and microphone."""
    name, server = "Secure context", settings.server
    if server.tls_cert:
        yield from _given_certificate(server.tls_cert, server.tls_key)
    elif server.tls_self_signed:
        yield Check(name, "ok", "a self-signed certificate: browsers ask once whether to trust it")
    elif server.public_url.startswith("https://"):
        yield Check(name, "ok", f"{server.public_url}, through a reverse proxy")
    elif engine_config.is_loopback(server.host):
        yield Check(name, "ok", "localhost: cameras work in this machine's own browsers")
    else:
        advice = (
            "start with --tls-self-signed, with --tls-cert and --tls-key, or behind a reverse proxy (see the README)"
        )
        message = "browsers give camera and microphone only to https or localhost"
        yield Check(name, "warn", message, advice)


def _given_certificate(cert: str, key: str) -> Iterator[Check]:
    name = "Certificate"
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key or None)
    except (OSError, ssl.SSLError) as error:
        yield Check(name, "fail", f"{cert}, {key}: {error}", "give the files of one certificate, in PEM form")
        return
    read = tls.read(Path(cert))
    days = (read.not_valid_after_utc - datetime.now(UTC)).days if read else 0
    if days < 0:
        yield Check(name, "fail", f"{cert} ended {-days} days ago", "renew it")
    elif days < _DAYS_LEFT:
        yield Check(name, "warn", f"{cert} ends in {days} days", "renew it")
    else:
        yield Check(name, "ok", f"{cert}, valid for {days} days")
