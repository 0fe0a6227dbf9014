"""Where a broadcast may go: not to this machine, nor to metadata services beside it, unless a setting allows it."""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = {"metadata.google.internal", "metadata"}
_METADATA_NETWORKS = tuple(
    ipaddress.ip_network(one)
    for one in ("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::254/128")
)
"""Of clouds that do not keep to link-local addresses: Alibaba, Azure, Oracle, Amazon and Google."""
_HERE = "Addresses of this machine are not allowed"


def refusal(url: str, *, allow_local: bool) -> str | None:
    """Why an address may not be used, by its letters alone; None: nothing is wrong with it."""
    try:
        host = _plain(urlsplit(url).hostname or "")
        port = urlsplit(url).port
    except ValueError:
        return "This is no address"
    if not host:
        return "The address has no host"
    if port == 0:
        return "Nobody listens on port 0"
    if allow_local:
        return None
    if host in _METADATA or host == "localhost" or host.endswith(".localhost"):
        return _HERE
    address = _literal(host)
    return None if address is None else _refused(address)


def refusal_now(url: str, *, allow_local: bool) -> str | None:
    """Why an address may not be used, by what its name stands for at this moment. Asks the system's resolver."""
    reason = refusal(url, allow_local=allow_local)
    if reason is not None or allow_local:
        return reason
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # the latter for letters that no name may have
        return "The host of the address is not known"
    for *_rest, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        reason = _refused(address) or (_HERE if _is_ours(address) else None)
        if reason is not None:
            return reason
    return None


def _plain(host: str) -> str:
    """A host as a resolver reads it: other forms of letters, digits and dots are the usual ones, a last dot is none."""
    return unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().removesuffix(".")


def _literal(host: str) -> Address | None:
    """The address that a host is, also in the forms of old: 127.1, 0x7f000001, 2130706433; None: it is a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _refused(address: Address) -> str | None:
    plain = getattr(address, "ipv4_mapped", None) or address
    if plain.is_loopback or plain.is_unspecified:
        return _HERE
    if plain.is_link_local:
        return "Link-local addresses are not allowed"
    if any(plain in network for network in _METADATA_NETWORKS):
        return "Addresses of metadata services are not allowed"
    if plain.is_multicast or plain.is_reserved:
        return "This is not the address of a server"
    return None


def _is_ours(address: Address) -> bool:
    """Whether this machine has an address: then, and only then, the way there begins at it. Nothing is sent."""
    plain = getattr(address, "ipv4_mapped", None) or address
    family = socket.AF_INET if plain.version == 4 else socket.AF_INET6  # noqa: PLR2004 (IPv4)
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((str(plain), 9))
            return ipaddress.ip_address(way.getsockname()[0].partition("%")[0]) == plain
    except OSError:
        return False  # no way leads there
