"""The command line."""

from __future__ import annotations

import json
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rostrum import __version__
from rostrum.cli_apps import app
from rostrum.cli_common import data_dir_option, database_of, record, settings_of, with_settings
from rostrum.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rostrum")
def main() -> None:
    """Rostrum: an open, self-hosted video-conferencing server."""


main.add_command(app)


@main.command()
@data_dir_option
@with_settings
def serve(data_dir: Path, **flags: Any) -> None:
    """Run the server."""
    started = time.monotonic()
    settings = settings_of(data_dir, flags)
    from rostrum import logs  # noqa: PLC0415 (each command loads only what it needs)
    from rostrum.serve import StartError  # noqa: PLC0415
    from rostrum.serve import serve as run  # noqa: PLC0415

    logs.configure(settings.log)
    with database_of(data_dir, settings):
        pass  # the schema is brought up to date before anything listens
    try:
        run(settings, data_dir, started, lambda: _first_start(data_dir, settings))
    except StartError as error:
        raise click.ClickException(str(error)) from error


@main.group()
def mail() -> None:
    """Letters."""


@mail.command("test")
@click.argument("to")
@data_dir_option
@with_settings
def mail_test(to: str, data_dir: Path, **flags: Any) -> None:
    """Send a test letter to the address TO, at once, by the settings of the server."""
    import asyncio  # noqa: PLC0415

    from rostrum.mail import outbox  # noqa: PLC0415
    from rostrum.mail.letters import Letter  # noqa: PLC0415

    settings = settings_of(data_dir, flags)
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

    def replace(db: Connection) -> None:
        store.replace_secret_key(db, row)
        record(db, "create", "secret_key", "secret_key", "high")

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
    with database_of(data_dir, settings_of(data_dir, {"database__url": database_url})) as database:
        database.run_here(replace)
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
    from rostrum.ids import uid  # noqa: PLC0415
    from rostrum.provision import insert_user  # noqa: PLC0415

    def insert(db: Connection) -> str:
        user_id = insert_user(db, settings, login, password, admin=admin)
        record(db, "create", "user", uid(user_id, settings.server.name), "middle" if admin else "low", is_admin=admin)
        return user_id

    settings = settings_of(data_dir, {"database__url": database_url})
    with database_of(data_dir, settings) as database:
        try:
            created = database.run_here(insert)
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

    with database_of(data_dir, settings_of(data_dir, {"database__url": database_url})):
        click.echo(f"The database is at {schema.HEAD}.")


@main.command()
@data_dir_option
@click.option("--meeting", hidden=True, help="Produce this meeting only; a worker starts itself so.")
@click.option("--lease", hidden=True, help="The name that has the lease of that meeting.")
@with_settings
def worker(data_dir: Path, meeting: str | None, lease: str | None, **flags: Any) -> None:
    """Record and broadcast meetings. The server does this too; on machines of their own, workers take its load."""
    settings = settings_of(data_dir, flags)
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

    checks = run_checks(data_dir, settings_of(data_dir))
    click.echo(render_checks(checks))
    sys.exit(1 if any(check.state == "fail" for check in checks) else 0)


def _first_start(data_dir: Path, settings: Settings) -> None:
    from rostrum.provision import first_administrator  # noqa: PLC0415

    password = first_administrator(data_dir, settings)
    if password is not None:
        click.echo(f"First start. Sign in as admin with the one-time password {password} and choose your own.")
