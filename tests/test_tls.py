"""The certificate of our own."""

from __future__ import annotations

import asyncio
import ssl
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from rostrum.tls import Certificate, ensure_self_signed, read


def names(made: Certificate) -> set[object]:
    certificate = read(made.cert)
    assert certificate is not None
    return {name.value for name in certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value}


def test_it_names_what_was_asked_and_loopback(tmp_path: Path) -> None:
    made = ensure_self_signed(
        tmp_path, ["meet.example.org", "192.0.2.7", "0.0.0.0", "::", "", "bad name", "bücher.example"]
    )
    assert names(made) == {
        "meet.example.org",
        "xn--bcher-kva.example",
        "localhost",
        ip_address("192.0.2.7"),
        ip_address("127.0.0.1"),
        ip_address("::1"),
    }
    assert len(made.sha256) == 32 * 3 - 1


def test_it_is_kept_and_private(tmp_path: Path) -> None:
    first = ensure_self_signed(tmp_path, ["a.example"])
    assert ensure_self_signed(tmp_path, ["a.example"]) == first
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600


def test_it_is_made_anew_for_a_new_name_and_before_its_end(tmp_path: Path) -> None:
    first = ensure_self_signed(tmp_path, ["a.example"])
    second = ensure_self_signed(tmp_path, ["a.example", "b.example"])
    assert second.sha256 != first.sha256
    assert ensure_self_signed(tmp_path, ["b.example"]).sha256 == second.sha256
    late = datetime.now(UTC) + timedelta(days=370)
    assert ensure_self_signed(tmp_path, ["b.example"], late).expires > late + timedelta(days=390)


def test_a_broken_file_is_replaced(tmp_path: Path) -> None:
    first = ensure_self_signed(tmp_path, [])
    first.cert.write_text("nonsense")
    assert ensure_self_signed(tmp_path, []).sha256 != first.sha256


@pytest.mark.anyio
async def test_a_client_that_trusts_it_is_served(tmp_path: Path) -> None:
    made = ensure_self_signed(tmp_path, [])
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(made.cert, made.key)

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"safe\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=serving)
    port = server.sockets[0].getsockname()[1]
    trusting = ssl.create_default_context(cafile=made.cert)
    for host in ("localhost", "127.0.0.1"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname=host)
        assert await reader.readline() == b"safe\n"
        writer.close()
        await writer.wait_closed()
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname="other.example")
    server.close()
    await server.wait_closed()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
