"""Where a broadcast may go: not to this machine, nor to metadata services beside it, unless a setting allows it."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_METADATA = {"metadata.google.internal", "metadata"}


def refusal(url: str, *, allow_local: bool) -> str | None:
    """Why an address may not be used, by its letters alone; None: nothing is wrong with it."""
    try:
        host = urlsplit(url).hostname or ""
        _ = urlsplit(url).port
    except ValueError:
        return "This is no address"
    if not host:
        return "The address has no host"
    if allow_local:
        return None
    if host in _METADATA or host == "localhost" or host.endswith(".localhost"):
        return "Addresses of this machine are not allowed"
    try:
        return _refused(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None


def refusal_now(url: str, *, allow_local: bool) -> str | None:
    """Why an address may not be used, by what its name stands for at this moment. Asks the system's resolver."""
    reason = refusal(url, allow_local=allow_local)
    if reason is not None or allow_local:
        return reason
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return "The host of the address is not known"
    for *_rest, address in found:
        reason = _refused(ipaddress.ip_address(str(address[0]).partition("%")[0]))
        if reason is not None:
            return reason
    return None


def _refused(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str | None:
    plain = getattr(address, "ipv4_mapped", None) or address
    if plain.is_loopback or plain.is_unspecified:
        return "Addresses of this machine are not allowed"
    if plain.is_link_local:
        return "Link-local addresses are not allowed"
    if plain.is_multicast or plain.is_reserved:
        return "This is not the address of a server"
    return None
