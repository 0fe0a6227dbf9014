"""The commands about applications."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rostrum.cli_common import data_dir_option, database_of, record, settings_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LONGEST_NAME = 128


@click.group()
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
    from rostrum.oauth import rules  # noqa: PLC0415

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
    with database_of(data_dir, settings_of(data_dir, {"database__url": database_url})) as database:
        database.run_here(lambda db: _insert(db, row))
    click.echo(json.dumps({"client_id": client_id, "client_secret": client_secret}))


@app.command("list")
@data_dir_option
@click.option("--database-url", envvar="ROSTRUM_DATABASE_URL", help="postgresql://… instead of SQLite.")
def app_list(data_dir: Path, database_url: str | None) -> None:
    """List the registered applications as JSON."""
    from rostrum.oauth import store  # noqa: PLC0415

    with database_of(data_dir, settings_of(data_dir, {"database__url": database_url})) as database:
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
    with database_of(data_dir, settings_of(data_dir, {"database__url": database_url})) as database:
        if not database.run_here(lambda db: _delete(db, client_id)):
            raise click.ClickException(f"there is no application {client_id}")
    click.echo(json.dumps({"client_id": client_id}))


def _insert(db: Connection, row: dict[str, Any]) -> None:
    from rostrum.oauth import store  # noqa: PLC0415

    store.insert_application(db, **row)
    told = {name: row[name] for name in ("client_id", "scope", "redirect_uris")}
    record(db, "create", "application", row["name"], "middle", **told)


def _delete(db: Connection, client_id: str) -> bool:
    """Whether there was one."""
    from rostrum.oauth import store  # noqa: PLC0415

    known = store.find_application(db, client_id)
    if known is None:
        return False
    store.delete_application(db, client_id)
    record(db, "delete", "application", known.name, "middle", client_id=client_id)
    return True
