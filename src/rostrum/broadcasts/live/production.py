"""How a worker makes live files: in the data folder, where the servers hand them out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from rostrum.api.work import Recorded
from rostrum.broadcasts.running.production import tell_failure
from rostrum.media.live_files import FOLDER
from rostrum.media.outputs.hls import LiveFiles
from rostrum.media.outputs.output import Output
from rostrum.media.production.kinds import Announce, Plan
from rostrum.media.production.pump import Retry
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.meetings import programme

_AGAIN = Retry(times=0, pause_s=5)


class LiveKind:
    """The outputs of kind `live`: one folder of files each."""

    def __init__(self, data_dir: Path, journal: Callable[[Connection, Recorded, str, datetime], None]) -> None:
        self._folder, self._journal = data_dir / FOLDER, journal

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan:
        """H.264 and AAC, as every browser plays them."""

        def make() -> Output:
            # New for each attempt: nobody guesses it, and no player takes another stream for the one that broke off.
            key = secrets.token_urlsafe(24)
            announce(key)
            return LiveFiles(self._folder / key)

        video = programme.video_format(row.settings["quality"], about.fps)
        return Plan(make=make, video=video, audio="AAC", retry=_AGAIN)

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """Each failure is an event."""
        tell_failure(self._journal, db, row, state, reason)

    def finished(self, row: OutputRow, about: About) -> None:
        """The servers remove the files, when the last viewer has had the time to see the end."""
