"""The groups that conferences are sent to by UDP multicast. The page names no form of the address and no default."""

from __future__ import annotations

import hashlib
import ipaddress

PORT = 1234
"""Where players listen when no port is named."""
_NETWORKS_OWN = ipaddress.ip_network("224.0.0.0/24")
_SCOPES_OWN = {0, 1, 2}
"""The same of IPv6: a reserved scope, one interface, one link (RFC 7346). Whatever the flags before them are."""
_OF_THE_HOUSE = ipaddress.ip_network("239.192.0.0/14")
"""Addresses that an organization uses as it likes (RFC 2365)."""


def refusal(address: str) -> str | None:
    """Why nothing can be sent to an address, with a port or without; None: it can."""
    try:
        group, _port = parts(address)
    except ValueError:
        return "Expected a multicast address, with a port or without: 239.1.2.3:1234"
    if not group.is_multicast:
        return "Expected a multicast address: 224.0.1.0 to 239.255.255.255, or ff00::/8"
    if group in _NETWORKS_OWN:
        return "The addresses 224.0.0.0 to 224.0.0.255 belong to the network itself"
    if group.version == 6 and group.packed[1] & 0x0F in _SCOPES_OWN:  # noqa: PLR2004 (IPv6)
        return "The addresses ff?0, ff?1 and ff?2 belong to the network itself"
    return None


def parts(address: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int]:
    """The group and the port. Raises ValueError for what is no address."""
    host, colon, port = address.rpartition(":")
    if not colon or (address.count(":") > 1 and not host.endswith("]")):
        return ipaddress.ip_address(address.strip("[]")), PORT
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= 65_535):  # noqa: PLR2004 (ports)
        raise ValueError(port)
    return ipaddress.ip_address(host.strip("[]")), int(port)


def destination(address: str) -> str:
    """Where it goes, as host:port. Raises ValueError for what is no address."""
    group, port = parts(address)
    return f"[{group}]:{port}" if group.version == 6 else f"{group}:{port}"  # noqa: PLR2004 (IPv6)


def group_of(conference_id: str) -> str:
    """The group of a conference that names none: the same one each time it runs."""
    number = int.from_bytes(hashlib.sha256(conference_id.encode()).digest()[:4], "big")
    return str(_OF_THE_HOUSE[number % _OF_THE_HOUSE.num_addresses])
