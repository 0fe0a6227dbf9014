"""A real PostgreSQL server for the tests: Debian's, on a socket of its own, with its data in a temporary folder."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a running server, without a database name; it ends with the block."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="rostrum-pg-"))
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_user:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    _run([*as_user, binaries / "initdb", "-D", data, "-U", "rostrum", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c synchronous_commit=off"
    _run([*as_user, binaries / "pg_ctl", "-D", data, "-w", "-o", options, "start"])
    try:
        yield f"postgresql://rostrum@/{{name}}?host={folder}"
    finally:
        _run([*as_user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """The URL of a fresh database on a server."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return server.format(name=name)


def _run(words: list[str | Path]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
