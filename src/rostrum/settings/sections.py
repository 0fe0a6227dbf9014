"""Every setting with its default, its bounds and its words: one class for each section of the file."""

from __future__ import annotations

import typing
from typing import Annotated

import msgspec
from msgspec import Meta, Struct


class ServerSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where the server listens and how it is reached."""

    host: Annotated[str, Meta(description="Address to listen on")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on; 0 takes a free one")] = 8443
    name: Annotated[str, Meta(description="Server name in user and session ids; default: the name of the machine")] = ""
    public_url: Annotated[
        str, Meta(description="Address of the server in fixed links, e.g. https://meet.example.org")
    ] = ""
    timezone: Annotated[str, Meta(description="Time zone of weekly schedules; default: the machine's")] = ""
    tls_cert: Annotated[str, Meta(description="TLS certificate file (PEM)")] = ""
    tls_key: Annotated[str, Meta(description="TLS key file (PEM)")] = ""
    tls_self_signed: Annotated[bool, Meta(description="Make and use a self-signed certificate")] = False
    trusted_proxies: Annotated[
        str, Meta(description="Addresses of reverse proxies whose X-Forwarded headers count")
    ] = "127.0.0.1"
    max_body: Annotated[int, Meta(ge=1024, description="Largest request body, bytes")] = 1_048_576


class DatabaseSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where the data lives."""

    url: Annotated[str, Meta(description="postgresql://… ; empty: SQLite in the data folder")] = ""
    pool: Annotated[int, Meta(ge=1, le=200, description="PostgreSQL connections")] = 10


class BusSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """How several server processes on one database tell each other what people are to learn at once."""

    url: Annotated[str, Meta(description="redis://… or rediss://… ; empty: this is the only server process")] = ""


class MediaSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The media engine."""

    engine: Annotated[str, Meta(description="embedded, off, or ws(s):// address of an engine that runs elsewhere")] = (
        "embedded"
    )
    api_key: Annotated[str, Meta(description="API key of an engine that runs elsewhere")] = ""
    api_secret: Annotated[str, Meta(description="API secret of an engine that runs elsewhere")] = ""
    node_ip: Annotated[str, Meta(description="Address that browsers send media to; empty: found out")] = ""
    udp_port: Annotated[int, Meta(ge=0, le=65535, description="UDP port for media; 0 takes a free one")] = 7882
    tcp_port: Annotated[int, Meta(ge=0, le=65535, description="TCP port for media without UDP; 0 takes a free one")] = (
        7881
    )
    workers: Annotated[
        int,
        Meta(
            ge=-1,
            le=256,
            description="Meetings recorded, broadcast or watched here at the same time; -1: one for each core",
        ),
    ] = -1
    turn: Annotated[bool, Meta(description="Switch the engine's own TURN server on (UDP port 3478)")] = False


class BroadcastSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Sending meetings elsewhere."""

    allow_local: Annotated[
        bool, Meta(description="Allow targets on this machine and link-local ones, which may be services of yours")
    ] = False
    multicast_ttl: Annotated[int, Meta(ge=0, le=255, description="Routers that a multicast stream may pass")] = 1
    multicast_interface: Annotated[
        str, Meta(description="Address of the interface that multicast leaves by; empty: the system's choice")
    ] = ""
    rtsp_port: Annotated[
        int, Meta(ge=0, le=65535, description="TCP port at which streams of presets manualPull are fetched; 0: none")
    ] = 8554
    rtsp_host: Annotated[
        str, Meta(description="Address that this port listens on; empty: the one the server listens on")
    ] = ""
    worker_address: Annotated[
        str, Meta(description="Address of this machine at which servers on other machines fetch from its workers")
    ] = "127.0.0.1"
    live: Annotated[
        bool, Meta(description="Let whoever could join a meeting as a guest watch it at /c/<id>/live without joining")
    ] = True
    live_viewers: Annotated[int, Meta(ge=1, le=1_000_000, description="How many may watch one meeting like that")] = 100
    cdnvideo_url: Annotated[
        str, Meta(description="Address of the content delivery network; {username} and {conference_id} are filled in")
    ] = ""


class RecordingSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Recording meetings."""

    speakers: Annotated[
        bool, Meta(description="Beside each recording, write one Opus file for each speaker, with a list of them")
    ] = False
    least_free_mb: Annotated[
        int, Meta(ge=0, description="MB that stay free on the disk: recordings end in order before it is full")
    ] = 500


class PictureSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The one picture of a meeting that recordings, broadcasts and mixes show."""

    layout: Annotated[
        typing.Literal["grid", "speaker"], Meta(description="All beside each other, or whoever speaks in large")
    ] = "grid"
    show_topic: Annotated[bool, Meta(description="Write the topic above the picture")] = False
    show_clock: Annotated[bool, Meta(description="Write the time of day above the picture")] = False


class StorageSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where finished recordings are kept."""

    url: Annotated[
        str, Meta(description="s3://bucket/prefix (also gs://, az://, file:///…); empty: in the data folder")
    ] = ""
    endpoint: Annotated[str, Meta(description="Address of an S3 service that is not Amazon's")] = ""
    region: Annotated[str, Meta(description="Region of the bucket; empty: from AWS_REGION")] = ""
    access_key: Annotated[str, Meta(description="Access key; empty: from AWS_ACCESS_KEY_ID")] = ""
    secret_key: Annotated[str, Meta(description="Secret key; empty: from AWS_SECRET_ACCESS_KEY")] = ""
    serve: Annotated[
        typing.Literal["links", "through"],
        Meta(description="Downloads go to the storage by signed links, or through this server"),
    ] = "links"
    retries: Annotated[int, Meta(ge=0, le=100, description="How often one request to the storage is tried again")] = 5
    link_seconds: Annotated[int, Meta(ge=1, le=604_800, description="How long a signed link is good, seconds")] = 3600


class LimitSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Upper bounds; reaching one gives the documented error."""

    users: Annotated[int, Meta(ge=1, description="User accounts")] = 1_000_000
    conferences: Annotated[int, Meta(ge=1, description="Conferences")] = 1_000_000
    ongoing_conferences: Annotated[int, Meta(ge=1, description="Conferences that run at the same time")] = 1_000
    participants_all_on_screen: Annotated[
        int, Meta(ge=2, description="Participants of an all-on-screen conference")
    ] = 49
    participants_lecture: Annotated[int, Meta(ge=2, description="Participants of a video lecture")] = 1_000
    participants_role_based: Annotated[int, Meta(ge=2, description="Participants of a role-based conference")] = 1_000
    podiums: Annotated[int, Meta(ge=1, description="Speakers of a role-based conference")] = 36
    guests: Annotated[int, Meta(ge=0, description="Guests of one conference")] = 1_000
    chat_file: Annotated[
        int, Meta(ge=0, le=52_428_800, description="Largest file in the chat of a meeting, bytes; 0: none")
    ] = 20_971_520
    password_hashes: Annotated[int, Meta(ge=1, le=64, description="Passwords hashed at the same time")] = 2
    answer_cache: Annotated[int, Meta(ge=0, description="Encoded answers kept in memory, bytes")] = 33_554_432


class FeatureSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """What conferences may use."""

    webrtc: Annotated[bool, Meta(description="Allow joining by browser")] = True
    terminals: Annotated[bool, Meta(description="Allow the join option for SIP and H.323 terminals")] = True


class TokenSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Lifetimes of tokens."""

    access_seconds: Annotated[int, Meta(ge=1, description="Lifetime of an access token, seconds")] = 604_800
    refresh_seconds: Annotated[int, Meta(ge=1, description="Lifetime of a refresh token, seconds")] = 2_592_000


class MailSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """How letters leave the server."""

    host: Annotated[str, Meta(description="Mail server (SMTP); empty: no letters are sent")] = ""
    port: Annotated[int, Meta(ge=1, le=65535, description="Its port: 25, 587 for STARTTLS, 465 for TLS")] = 587
    security: Annotated[
        typing.Literal["none", "starttls", "tls"], Meta(description="How the connection is protected")
    ] = "starttls"
    check_certificate: Annotated[bool, Meta(description="Refuse a mail server whose certificate is not valid")] = True
    login: Annotated[str, Meta(description="Login at the mail server; empty: none")] = ""
    password: Annotated[str, Meta(description="Password at the mail server")] = ""
    from_: Annotated[
        str,
        Meta(
            description="Who letters come from, an address with or without a name; default: rostrum@ the server's name"
        ),
    ] = msgspec.field(default="", name="from")
    language: Annotated[typing.Literal["en", "ru"], Meta(description="Language of the letters")] = "en"


class SignInSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """How guessing of passwords, secrets and PINs is slowed down."""

    failures_per_login: Annotated[
        int, Meta(ge=0, description="Wrong passwords of one login (PINs: from one address) until a pause; 0: never")
    ] = 10
    failures_per_address: Annotated[
        int,
        Meta(ge=0, description="Wrong passwords from one address (PINs: of one conference) until a pause; 0: never"),
    ] = 100
    pause_seconds: Annotated[int, Meta(ge=1, description="First pause, seconds; it doubles with each failure")] = 30
    longest_pause_seconds: Annotated[int, Meta(ge=1, description="Longest pause, seconds")] = 900


class RegistrationSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """How people register for a conference."""

    show_link: Annotated[
        bool, Meta(description="Show the personal link on the page where no letter carries it: checks nobody's address")
    ] = False
    per_address: Annotated[int, Meta(ge=0, description="Registrations from one address until a pause; 0: never")] = 200


class LogsSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """The logs that the API shows: calls, messages, events, settings."""

    keep_days: Annotated[
        int, Meta(ge=0, le=36_500, description="Days that the logs are kept; 0 keeps them for ever")
    ] = 0


class LogSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the server prints."""

    level: Annotated[
        typing.Literal["debug", "info", "warning", "error"], Meta(description="Least severity printed")
    ] = "info"
    json: Annotated[bool, Meta(description="Print one JSON object a line")] = False
    access: Annotated[bool, Meta(description="Print a line for each request, without its query string")] = False


class Settings(Struct, kw_only=True, forbid_unknown_fields=True):
    """Everything that an operator may set."""

    server: ServerSettings = msgspec.field(default_factory=ServerSettings)
    database: DatabaseSettings = msgspec.field(default_factory=DatabaseSettings)
    bus: BusSettings = msgspec.field(default_factory=BusSettings)
    media: MediaSettings = msgspec.field(default_factory=MediaSettings)
    broadcasts: BroadcastSettings = msgspec.field(default_factory=BroadcastSettings)
    recordings: RecordingSettings = msgspec.field(default_factory=RecordingSettings)
    picture: PictureSettings = msgspec.field(default_factory=PictureSettings)
    storage: StorageSettings = msgspec.field(default_factory=StorageSettings)
    limits: LimitSettings = msgspec.field(default_factory=LimitSettings)
    features: FeatureSettings = msgspec.field(default_factory=FeatureSettings)
    tokens: TokenSettings = msgspec.field(default_factory=TokenSettings)
    log: LogSettings = msgspec.field(default_factory=LogSettings)
    logs: LogsSettings = msgspec.field(default_factory=LogsSettings)
    sign_in: SignInSettings = msgspec.field(default_factory=SignInSettings)
    mail: MailSettings = msgspec.field(default_factory=MailSettings)
    registration: RegistrationSettings = msgspec.field(default_factory=RegistrationSettings)
