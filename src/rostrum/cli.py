"""The command line."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rostrum import __version__
from rostrum import settings as settings_module
from rostrum.settings import Settings, SettingsError

_LONGEST_NAME = 128

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="ROSTRUM_DATA_DIR",
    show_default=True,
    help="Folder that holds everything the server keeps.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rostrum")
def main() -> None:
    """Rostrum: an open, self-hosted video-conferencing server."""


def _with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command every setting as a flag."""
    for option in reversed(list(settings_module.options())):
        name = f"{option.section}__{option.name}"
        shown = option.default if option.default != "" else "none"
        help_text = f"{option.help}. [default: {shown}; {option.variable}]"
        if option.type is bool:
            flag = click.option(f"--{option.flag}/--no-{option.flag}", name, default=None, help=help_text)
        else:
            kind = click.Choice(option.choices) if option.choices else option.type
            flag = click.option(f"--{option.flag}", name, type=kind, default=None, help=help_text)
        command = flag(command)
    return command


def _settings(data_dir: Path, flags: dict[str, Any] | None = None) -> Settings:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"the data folder {data_dir} cannot be made: {error.strerror}") from error
    given = {tuple(name.split("__", 1)): value for name, value in (flags or {}).items()}
    try:
        return settings_module.load(data_dir, given)  # type: ignore[arg-type]
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@data_dir_option
@_with_settings
def serve(data_dir: Path, **flags: Any) -> None:
    """Run the server."""
    started = time.monotonic()
    settings = _settings(data_dir, flags)
    from rostrum import logs  # noqa: PLC0415 (each command loads only what it needs)
    from rostrum.serve import StartError  # noqa: PLC0415
    from rostrum.serve import serve as run  # noqa: PLC0415

    logs.configure(settings.log)
    with _database(data_dir, settings):
        pass  # the schema is brought up to date before anything listens
    try:
        run(settings, data_dir, started, lambda: _first_start(data_dir, settings))
    except StartError as error:
        raise click.ClickException(str(error)) from error


@main.group()
def app() -> None:
    """Applications that use the API."""


@app.command("create")
@click.argument("name")
@click.option("--all-scopes", is_flag=True, help="Grant every permission.")
@click.option("--scope", help="Permissions, divided by blanks.")
@click.option("--redirect-uri", multiple=True, help="An address that a sign-in may return to; may be repeated.")
@click.option("--public", is_flag=True, help="It runs where no secret can be kept (a browser, a phone).")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def app_create(  # noqa: PLR0913 (the flags of the command)
    name: str,
    *,
    all_scopes: bool,
    scope: str | None,
    redirect_uri: tuple[str, ...],
    public: bool,
    data_dir: Path,
    database_url: str | None,
) -> None:
    """Register an application; prints its client_id and client_secret as JSON."""
    from rostrum.app import known_scopes  # noqa: PLC0415
    from rostrum.ids import hashed, new_secret  # noqa: PLC0415
    from rostrum.oauth import rules, store  # noqa: PLC0415

    if all_scopes == (scope is not None):
        message = "give either --all-scopes or --scope"
        raise click.UsageError(message)
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise click.UsageError(f"a name has 1 to {_LONGEST_NAME} characters")
    known = known_scopes()
    unknown = rules.unknown_scopes(scope or "", known)
    if unknown:
        message = f"unknown scopes: {' '.join(sorted(unknown))}"
        raise click.UsageError(message)
    if public and not redirect_uri:
        message = "a public application needs --redirect-uri"
        raise click.UsageError(message)
    client_id, client_secret = secrets.token_hex(16), None if public else new_secret()
    row = {
        "client_id": client_id,
        "name": name,
        "secret_hash": client_secret and hashed(client_secret),
        "scope": rules.scope_text(known if scope is None else rules.scope_set(scope)),
        "redirect_uris": list(redirect_uri),
        "created_at": datetime.now(UTC),
    }
    with _database(data_dir, _settings(data_dir, {"database__url": database_url})) as database:
        database.run_here(lambda db: store.insert_application(db, **row))
    click.echo(json.dumps({"client_id": client_id, "client_secret": client_secret}))


@app.command("list")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def app_list(data_dir: Path, database_url: str | None) -> None:
    """List the registered applications as JSON."""
    from rostrum.oauth import store  # noqa: PLC0415

    with _database(data_dir, _settings(data_dir, {"database__url": database_url})) as database:
        rows = database.run_here(store.list_applications, write=False)
    shown = [
        {
            "client_id": row.client_id,
            "name": row.name,
            "public": row.secret_hash is None,
            "scope": row.scope,
            "redirect_uris": row.redirect_uris,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]
    click.echo(json.dumps({"applications": shown}, indent=1))


@app.command("revoke")
@click.argument("client_id")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def app_revoke(client_id: str, data_dir: Path, database_url: str | None) -> None:
    """Remove an application; its tokens end at once."""
    from rostrum.oauth import store  # noqa: PLC0415

    with _database(data_dir, _settings(data_dir, {"database__url": database_url})) as database:
        if not database.run_here(lambda db: store.delete_application(db, client_id)):
            raise click.ClickException(f"there is no application {client_id}")
    click.echo(json.dumps({"client_id": client_id}))


@main.group()
def mail() -> None:
    """Letters."""


@mail.command("test")
@click.argument("to")
@data_dir_option
@_with_settings
def mail_test(to: str, data_dir: Path, **flags: Any) -> None:
    """Send a test letter to the address TO, at once, by the settings of the server."""
    import asyncio  # noqa: PLC0415

    from rostrum.mail import outbox  # noqa: PLC0415
    from rostrum.mail.letters import Letter  # noqa: PLC0415

    settings = _settings(data_dir, flags)
    if not settings.mail.host:
        raise click.ClickException("mail is off: set mail.host (README)")
    if not outbox.is_address(to):
        raise click.ClickException(f"{to} is no mail address")
    try:
        asyncio.run(outbox.send(settings, Letter(kind="test", to=to, lang=settings.mail.language)))
    except outbox.MailError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps({"sent": to, "from": str(outbox.sender(settings))}))


@main.group()
def key() -> None:
    """The secret key: an access token with full rights and no end."""


@key.command("create")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def key_create(data_dir: Path, database_url: str | None) -> None:
    """Make a new secret key, which ends the one before; prints it as JSON."""
    from rostrum.ids import hashed, new_secret  # noqa: PLC0415
    from rostrum.oauth import store  # noqa: PLC0415

    secret = new_secret()
    row = {
        "hash": hashed(secret),
        "kind": store.SECRET_KEY,
        "client_id": None,
        "user_id": None,
        "scope": "",
        "family": secrets.token_hex(16),
        "issued_at": datetime.now(UTC),
        "expires_at": None,
        "used_at": None,
    }
    with _database(data_dir, _settings(data_dir, {"database__url": database_url})) as database:
        database.run_here(lambda db: store.replace_secret_key(db, row))
    click.echo(json.dumps({"access_token": secret}))


@main.group()
def user() -> None:
    """User accounts."""


@user.command("create")
@click.argument("login")
@click.option("--password", required=True, help="The account's password.")
@click.option("--admin", is_flag=True, help="Make the account an administrator.")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def user_create(login: str, password: str, *, admin: bool, data_dir: Path, database_url: str | None) -> None:
    """Create an account; prints its id as JSON."""
    from rostrum.api.errors import ApiError  # noqa: PLC0415
    from rostrum.provision import insert_user  # noqa: PLC0415

    settings = _settings(data_dir, {"database__url": database_url})
    with _database(data_dir, settings) as database:
        try:
            created = database.run_here(lambda db: insert_user(db, settings, login, password, admin=admin))
        except ApiError as error:
            raise click.ClickException(error.details[0].message) from error
    click.echo(json.dumps({"id": created}))


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def db_upgrade(data_dir: Path, database_url: str | None) -> None:
    """Bring the database to the schema of this version."""
    from rostrum.db import schema  # noqa: PLC0415

    with _database(data_dir, _settings(data_dir, {"database__url": database_url})):
        click.echo(f"The database is at {schema.HEAD}.")


@main.command()
@data_dir_option
@click.option("--meeting", hidden=True, help="Produce this meeting only; a worker starts itself so.")
@click.option("--lease", hidden=True, help="The name that has the lease of that meeting.")
@_with_settings
def worker(data_dir: Path, meeting: str | None, lease: str | None, **flags: Any) -> None:
    """Record and broadcast meetings. The server does this too; on machines of their own, workers take its load."""
    settings = _settings(data_dir, flags)
    from rostrum import logs  # noqa: PLC0415
    from rostrum import worker as media_worker  # noqa: PLC0415

    logs.configure(settings.log)
    try:
        if meeting and lease:
            media_worker.run_one(settings, data_dir, meeting, lease)
        else:
            media_worker.run_crew(settings, data_dir)
    except media_worker.WorkerError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@data_dir_option
def doctor(data_dir: Path) -> None:
    """Check this machine and the data folder; says what to do about each finding."""
    from rostrum.doctor import render_checks, run_checks  # noqa: PLC0415

    checks = run_checks(data_dir, _settings(data_dir))
    click.echo(render_checks(checks))
    sys.exit(1 if any(check.state == "fail" for check in checks) else 0)


def _database(data_dir: Path, settings: Settings) -> Any:
    """The database at the schema of this version, closed at the end of a with block."""
    from rostrum.provision import DatabaseUnusableError, open_database  # noqa: PLC0415

    try:
        return open_database(data_dir, settings)
    except DatabaseUnusableError as error:
        raise click.ClickException(str(error)) from error


def _first_start(data_dir: Path, settings: Settings) -> None:
    from rostrum.provision import first_administrator  # noqa: PLC0415

    password = first_administrator(data_dir, settings)
    if password is not None:
        click.echo(f"First start. Sign in as admin with the one-time password {password} and choose your own.")
