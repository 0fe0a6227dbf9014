"""An output that is also given each voice by itself, and writes one file for each speaker beside what it makes."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import structlog

from rostrum.media.encoding import AudioEncoder, Encoded, Speaker, VideoEncoder
from rostrum.media.outputs.opus import SpeakerFile
from rostrum.media.outputs.output import Output

log = structlog.get_logger()

_MOST = 250
"""Speakers with a file of their own in one part; whoever else speaks is in the mix only."""


class WithSpeakers:
    """Another output, and a folder with the files of the speakers: by participant, so who comes back goes on in the
    same one. What goes wrong with them is told in the log and does not end the output.
    """

    def __init__(self, output: Output, folder: Path) -> None:
        self._output, self._folder = output, folder
        self._files: dict[str, SpeakerFile | None] = {}

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Open the output; a speaker's file begins with the first word."""
        self._output.open(video, audio)

    def write(self, packet: Encoded) -> None:
        """One packet of the output, or a piece of a voice."""
        if packet.speaker is None:
            self._output.write(packet)
            return
        file = self._file_of(packet.speaker)
        if file is not None:
            try:
                file.write(np.frombuffer(packet.data, np.int16), packet.pts, packet.speaker.take)
            except (OSError, av.FFmpegError) as error:
                log.warning("the file of a speaker cannot be written", error=str(error))
                self._files[packet.speaker.id] = None

    def check(self) -> None:
        """Whether the output can go on."""
        self._output.check()

    def close(self) -> None:
        """End them all in order."""
        try:
            for file in self._files.values():
                if file is not None:
                    file.close()
        except (OSError, av.FFmpegError) as error:
            log.warning("the file of a speaker did not end in order", error=str(error))
        finally:
            self._output.close()

    def _file_of(self, speaker: Speaker) -> SpeakerFile | None:
        if speaker.id not in self._files and len(self._files) < _MOST:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._files[speaker.id] = SpeakerFile(self._folder / f"{len(self._files) + 1:04d}.opus", speaker)
            if len(self._files) == _MOST:
                log.warning("no more speakers get files of their own", most=_MOST)
        return self._files.get(speaker.id)
