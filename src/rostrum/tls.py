"""A certificate of our own, for machines that nobody gave one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from rostrum.files import write_private

_VALID = timedelta(days=397)
"""The longest that browsers take from a certificate."""
_RENEW_BEFORE = timedelta(days=30)
_ALWAYS = ("localhost", "127.0.0.1", "::1")
_LONGEST_COMMON_NAME = 64


class Certificate(Struct, frozen=True):
    """A certificate and its key as PEM files (they may be one file); `sha256` is its fingerprint, "AA:BB:…"."""

    cert: Path
    key: Path
    sha256: str
    expires: datetime


def ensure_self_signed(data_dir: Path, names: Sequence[str], now: datetime | None = None) -> Certificate:
    """The self-signed certificate of this data folder, made anew when it ends within 30 days or lacks a name.

    `names` are host names and IP addresses; localhost and the loopback addresses are always in it, and addresses that
    mean "any" are left out. The file tls/self-signed.pem holds certificate and key and is readable by its owner only.
    """
    now = now or datetime.now(UTC)
    path = data_dir / "tls" / "self-signed.pem"
    wanted = _general_names([*names, *_ALWAYS])
    certificate = read(path)
    if (
        certificate is None
        or certificate.not_valid_after_utc - now < _RENEW_BEFORE
        or not wanted <= _names_of(certificate)
    ):
        certificate = _make(path, wanted, now)
    return Certificate(path, path, _fingerprint(certificate), certificate.not_valid_after_utc)


def read(path: Path) -> x509.Certificate | None:
    """The first certificate of a PEM file; None when there is none that can be read."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _make(path: Path, names: set[x509.GeneralName], now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    first = sorted(str(name.value) for name in names if isinstance(name, x509.DNSName) and name.value != "localhost")
    common = (first or ["localhost"])[0][:_LONGEST_COMMON_NAME]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(sorted(names, key=repr)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(path, (certificate.public_bytes(Encoding.PEM) + secret).decode())
    return certificate


def _general_names(names: Sequence[str]) -> set[x509.GeneralName]:
    made: set[x509.GeneralName] = set()
    for name in names:
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            if host := _host_name(name):
                made.add(x509.DNSName(host))
            continue
        if not address.is_unspecified:
            made.add(x509.IPAddress(address))
    return made


def _host_name(name: str) -> str | None:
    """The name as it stands in a certificate; None when it is no host name."""
    try:
        encoded = name.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None
    return encoded if re.fullmatch(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", encoded) else None


def _names_of(certificate: x509.Certificate) -> set[x509.GeneralName]:
    return set(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
