"""What the engine is told: its keys, its ports and addresses, its webhook; pure but for the small readers below."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from rostrum.api.work import EngineKeys
from rostrum.files import write_private

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_EMPTY_S = 60


class EngineOptions(Struct, frozen=True, kw_only=True):
    """What the operator decides about the engine.

    `node_ip` empty offers every address of this machine; it must be set behind NAT; a loopback address keeps all media
    on this machine. Ports of 0 are chosen. `loopback` offers 127.0.0.1 too. `redis_url` is host:port or
    redis://[user:password@]host:port[/db].
    """

    webhook_url: str = ""
    node_ip: str = ""
    udp_port: int = 7882
    tcp_port: int = 7881
    loopback: bool = False
    turn: bool = False
    turn_port: int = 3478
    log_level: Literal["debug", "info", "warn", "error"] = "warn"
    redis_url: str = ""


class EnginePorts(Struct, frozen=True):
    """The ports in use: signalling on loopback (TCP), media (UDP), media without UDP (TCP)."""

    signal: int
    udp: int
    tcp: int


class EngineSettings(Struct, frozen=True):
    """Everything that the engine's configuration is made from."""

    options: EngineOptions
    keys: EngineKeys
    ports: EnginePorts
    default_ip: str | None


def render(settings: EngineSettings) -> str:
    """The engine's configuration file: JSON, which is YAML too."""
    return msgspec.json.format(msgspec.json.encode(document(settings)), indent=2).decode() + "\n"


def document(settings: EngineSettings) -> dict[str, Any]:
    """The engine's configuration as it reads it (livekit-server 1.11)."""
    options, keys, ports = settings.options, settings.keys, settings.ports
    made: dict[str, Any] = {
        "port": ports.signal,
        "bind_addresses": ["127.0.0.1"],
        "keys": {keys.api_key: keys.api_secret},
        "rtc": _rtc(settings),
        # A room comes with its first participant, so that browsers find their meeting again by themselves when the
        # engine was restarted. One that a left-over token brings back is ended as soon as its webhook arrives.
        "room": {"auto_create": True, "empty_timeout": _EMPTY_S, "departure_timeout": _EMPTY_S},
        "turn": _turn(options),
        "logging": {"json": True, "level": options.log_level, "pion_level": "error"},
    }
    if options.webhook_url:
        made["webhook"] = {"api_key": keys.api_key, "urls": [options.webhook_url]}
    if options.redis_url:
        made["redis"] = _redis(options.redis_url)
    return made


def _rtc(settings: EngineSettings) -> dict[str, Any]:
    options, ports = settings.options, settings.ports
    node_ip = options.node_ip or (settings.default_ip if options.turn else None)
    loopback = options.loopback or not settings.default_ip
    if node_ip:
        loopback = ipaddress.ip_address(node_ip).is_loopback
    rtc: dict[str, Any] = {
        "udp_port": ports.udp,
        "tcp_port": ports.tcp,
        "use_external_ip": False,
        "enable_loopback_candidate": loopback,
        # The engine hands this list to the browsers. An empty one makes it name public servers of third parties; ours
        # never answers, and need not: browsers reach the engine's own address, and it sees theirs.
        "stun_servers": [f"{_bracketed(node_ip or settings.default_ip or '127.0.0.1')}:{ports.udp}"],
    }
    if node_ip:
        rtc["node_ip"] = node_ip
        if loopback:
            rtc["ips"] = {"includes": ["127.0.0.0/8", "::1/128"]}
    else:
        # Without it an engine that finds its addresses itself asks public STUN servers for them.
        rtc["use_ice_lite"] = True
    return rtc


def _turn(options: EngineOptions) -> dict[str, Any]:
    return {"enabled": True, "udp_port": options.turn_port} if options.turn else {"enabled": False}


def _redis(url: str) -> dict[str, Any]:
    rest = url.partition("://")[2] or url
    login, _, place = rest.rpartition("@")
    address, _, number = place.partition("/")
    made: dict[str, Any] = {"address": address}
    if login:
        user, _, password = login.partition(":")
        made |= {"username": user, "password": password}
    if number:
        made["db"] = int(number)
    if url.startswith("rediss://"):
        made["tls"] = {"enabled": True, "insecure": False}
    return made


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def is_loopback(host: str) -> bool:
    """Whether a server that listens on this host is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_or_create_keys(data_dir: Path) -> EngineKeys:
    """The engine's keys of this data folder (engine/keys.json, readable by its owner only), made if there are none."""
    path = data_dir / "engine" / "keys.json"
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=EngineKeys)
    keys = EngineKeys("API" + _random(13), _random(48))
    write_private(path, msgspec.json.encode(keys).decode())
    return keys


def default_address() -> str | None:
    """The address of this machine on its default route, or None; nothing is sent to find it."""
    for family, anywhere in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((anywhere, 9))
            except OSError:
                continue
            address = str(probe.getsockname()[0])
        if not ipaddress.ip_address(address).is_loopback:
            return address
    return None


def choose_ports(options: EngineOptions, signal: int = 0) -> EnginePorts:
    """Free ports for everything that was left open; a wanted `signal` port is kept while it is free."""
    with ExitStack() as held:
        chosen = _free(held, socket.SOCK_STREAM, "127.0.0.1", signal)
        udp = options.udp_port or _free(held, socket.SOCK_DGRAM, "", 0)
        tcp = options.tcp_port or _free(held, socket.SOCK_STREAM, "", 0)
    return EnginePorts(chosen, udp, tcp)


def port_is_free(kind: Literal["udp", "tcp"], port: int, host: str = "") -> bool:
    """Whether this port can be bound now."""
    with ExitStack() as held:
        try:
            _bind(held, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM, host, port)
        except OSError:
            return False
    return True


def _free(held: ExitStack, kind: socket.SocketKind, host: str, wanted: int) -> int:
    try:
        return _bind(held, kind, host, wanted)
    except OSError:
        return _bind(held, kind, host, 0)


def _bind(held: ExitStack, kind: socket.SocketKind, host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    probe = held.enter_context(socket.socket(family, kind))
    if kind == socket.SOCK_STREAM:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind((host, port))
    return int(probe.getsockname()[1])


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
