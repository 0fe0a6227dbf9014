"""What the commands share: the data folder, the settings as flags, the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rostrum import settings as settings_module
from rostrum.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rostrum.api.work import Severity

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="ROSTRUM_DATA_DIR",
    show_default=True,
    help="Folder that holds everything the server keeps.",
)


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
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


def settings_of(data_dir: Path, flags: dict[str, Any] | None = None) -> Settings:
    """The settings of a data folder, which is made if need be; flags are named `section__option`."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"the data folder {data_dir} cannot be made: {error.strerror}") from error
    given = {tuple(name.split("__", 1)): value for name, value in (flags or {}).items()}
    try:
        return settings_module.load(data_dir, given)  # type: ignore[arg-type]
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def database_of(data_dir: Path, settings: Settings) -> Any:
    """The database at the schema of this version, closed at the end of a with block."""
    from rostrum.provision import DatabaseUnusableError, open_database  # noqa: PLC0415

    try:
        return open_database(data_dir, settings)
    except DatabaseUnusableError as error:
        raise click.ClickException(str(error)) from error


def record(db: Connection, what: str, kind: str, name: str, severity: Severity = "low", /, **payload: Any) -> None:
    """Tell the event log what an operator did, in the transaction that does it; secrets do not belong here."""
    from rostrum.api.work import Recorded  # noqa: PLC0415
    from rostrum.journal.events import store  # noqa: PLC0415

    event = Recorded(what, kind, name, payload | {"by": "command line"}, severity)
    store.insert_event(db, event, "", datetime.now(UTC))
