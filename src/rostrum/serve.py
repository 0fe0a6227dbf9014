"""Running the server: its sockets, the engine beside it, and an end in order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
import uvicorn
from msgspec import Struct

from rostrum.api.work import EngineKeys
from rostrum.app import Rostrum
from rostrum.logs import AccessLog
from rostrum.media import binary, engine_config
from rostrum.media.engine import Engine
from rostrum.media.supervisor import EngineError, EngineSupervisor
from rostrum.settings import Settings

log = structlog.get_logger()

_OBJECTS_BETWEEN_COLLECTIONS = 20_000


class StartError(Exception):
    """The server cannot start; the message says why and what to do."""


class Certificates(Struct, frozen=True):
    """The files of a TLS certificate; None: plain HTTP."""

    cert: str | None = None
    key: str | None = None


class _Ready(Struct, frozen=True):
    """When the start began, and what to do when it is over."""

    started: float
    then: Callable[[], None]


def serve(settings: Settings, data_dir: Path, started: float, on_ready: Callable[[], None]) -> None:
    """Run until told to stop. `started` is the monotonic time when the command began, for the line that says ready;
    `on_ready` is called once the server answers.

    Raises StartError.
    """
    certificates = _certificates(settings, data_dir)
    listener = _listen(settings.server.host, settings.server.port)
    settings.server.port = listener.getsockname()[1]
    server = Rostrum(settings, data_dir)
    _collect_rarely()
    # Ctrl-C has ended everything in order by the time it arrives here.
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_run(server, settings, data_dir, listener, certificates, _Ready(started, on_ready)))


def _collect_rarely() -> None:
    """Let the garbage collector leave alone what lives as long as the server, and look at the rest less often.

    What a request makes is freed when it ends, without a collector; looking after every 700 new objects, as usual, cost
    a list of 40,000 invitations two fifths of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


async def _run(
    server: Rostrum,
    settings: Settings,
    data_dir: Path,
    listener: socket.socket,
    certificates: Certificates,
    ready: _Ready,
) -> None:
    inner = _listen("127.0.0.1", 0)
    supervisor = _attach_engine(server, settings, data_dir, inner.getsockname()[1])
    main = uvicorn.Server(_config(server, settings, certificates))
    # The engine calls back on a socket of its own: plain HTTP on loopback, whatever certificate the public one has.
    engine_side = uvicorn.Server(_config(server, settings, Certificates(), lifespan="off"))
    engine_side.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    if supervisor is not None:
        try:
            await supervisor.start()
        except EngineError as error:
            raise StartError(str(error)) from error
    beside = asyncio.create_task(_quiet(engine_side, inner))
    announcing = asyncio.create_task(_announce(main, settings, certificates, ready))
    try:
        await main.serve(sockets=[listener])
    finally:
        announcing.cancel()
        engine_side.should_exit = True
        if supervisor is not None:
            await supervisor.stop()
        await asyncio.gather(beside, return_exceptions=True)


def _attach_engine(server: Rostrum, settings: Settings, data_dir: Path, callback_port: int) -> EngineSupervisor | None:
    media = settings.media
    if media.engine == "off":
        return None
    if media.engine != "embedded":
        keys = EngineKeys(media.api_key, media.api_secret)
        if not (keys.api_key and keys.api_secret):
            message = "an engine elsewhere needs media.api_key and media.api_secret"
            raise StartError(message)
        server.engine = Engine(media.engine.replace("ws", "http", 1), keys)
        return None
    options = engine_config.EngineOptions(
        webhook_url=f"http://127.0.0.1:{callback_port}/engine/webhook",
        node_ip=media.node_ip,
        udp_port=media.udp_port,
        tcp_port=media.tcp_port,
        loopback=engine_config.is_loopback(settings.server.host),
        turn=media.turn,
    )
    try:
        found = binary.find_or_build()
    except binary.BinaryError as error:
        raise StartError(str(error)) from error
    supervisor = EngineSupervisor(data_dir, found.path, options, server.reconcile)
    server.engine = Engine(supervisor.http_url or "", supervisor.keys)
    engine = server.engine

    def state() -> str | None:
        engine.address = supervisor.http_url or engine.address
        return None if supervisor.state.name == "running" else supervisor.state.reason or supervisor.state.name

    server.engine_ready = state
    server.engine_address = lambda: supervisor.signal_url
    return supervisor


def _config(server: Rostrum, settings: Settings, certificates: Certificates, lifespan: str = "on") -> uvicorn.Config:
    told = settings.log.access and lifespan == "on"
    return uvicorn.Config(
        AccessLog(server) if told else server,
        lifespan=lifespan,  # type: ignore[arg-type]
        log_level="warning",
        access_log=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.server.trusted_proxies,
        ssl_certfile=certificates.cert,
        ssl_keyfile=certificates.key,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
        ws="websockets-sansio",
    )


async def _quiet(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve without touching the process's signals, which belong to the main server."""
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    await server.serve(sockets=[listener])


async def _announce(server: uvicorn.Server, settings: Settings, certificates: Certificates, ready: _Ready) -> None:
    while not server.started:  # noqa: ASYNC110 (uvicorn tells it by this flag alone)
        await asyncio.sleep(0.01)
    took = time.monotonic() - ready.started
    log.info("ready", seconds=round(took, 2), media=settings.media.engine)
    ready.then()
    for line in _addresses(settings, tls_on=certificates.cert is not None):
        print(line, flush=True)  # noqa: T201 (what the command is asked to print)


def _addresses(settings: Settings, *, tls_on: bool) -> Iterator[str]:
    host, port = settings.server.host, settings.server.port
    scheme = "https" if tls_on else "http"
    everywhere = host in {"0.0.0.0", "::"}  # noqa: S104 (compared, not listened on)
    shown = "localhost" if engine_config.is_loopback(host) else (_own_address() if everywhere else host)
    yield f"Rostrum   {scheme}://{shown}:{port}/"
    yield f"API       {scheme}://{shown}:{port}/api/docs"
    if not tls_on and not engine_config.is_loopback(host):
        yield (
            "Browsers give camera and microphone only to https or localhost: "
            f"open http://localhost:{port}/ on this machine,\n"
            "or start with --tls-self-signed, with --tls-cert and --tls-key, or behind a reverse proxy (README)."
        )


def _own_address() -> str:
    """The address of the default route; nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return socket.gethostname()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another --host or --port"
        raise StartError(message) from error
    listener.listen(2048)
    return listener


def _certificates(settings: Settings, data_dir: Path) -> Certificates:
    given = settings.server
    if given.tls_self_signed:
        from rostrum import tls  # noqa: PLC0415 (the cryptography library, needed here only)

        made = tls.ensure_self_signed(data_dir, [given.name, given.host, _own_address()])
        log.info("self-signed certificate", fingerprint=made.sha256)
        return Certificates(str(made.cert), str(made.key))
    if bool(given.tls_cert) != bool(given.tls_key):
        message = "--tls-cert and --tls-key belong together"
        raise StartError(message)
    if given.tls_cert:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(given.tls_cert, given.tls_key)
        except OSError as error:
            message = f"the certificate {given.tls_cert} with the key {given.tls_key} cannot be used: {error.strerror}"
            raise StartError(message) from error
    return Certificates(given.tls_cert or None, given.tls_key or None)


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.Loop
