"""What this machine brings: Python, room on the disk, codecs, fonts, buffers."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from rostrum.doctor.finding import Check
from rostrum.settings import Settings

_GIB = 1 << 30
_WANTED_UDP_BUFFER = 5_000_000
_SCRIPTS = {"Latin": "Aé", "Cyrillic": "Яж", "Arabic": "عر", "Chinese": "会议", "emoji": "😀"}
_RMEM_MAX = Path("/proc/sys/net/core/rmem_max")


def python(_data_dir: Path, _settings: Settings) -> Iterator[Check]:
    """Which Python runs this."""
    yield Check("Python", "ok", f"{platform.python_version()} ({sys.executable})")


def data_folder(data_dir: Path, _settings: Settings) -> Iterator[Check]:
    """Whether the data folder can be written, who may read it, and how much room is left."""
    existing = next(folder for folder in (data_dir, *data_dir.resolve().parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        advice = "run as its owner, or choose another --data-dir"
        yield Check("Data folder", "fail", f"{existing} cannot be written", advice)
        return
    if data_dir.exists() and data_dir.stat().st_mode & 0o007:
        yield Check("Data folder", "warn", f"{data_dir} is open to every user", f"chmod 700 {data_dir}")
    else:
        yield Check("Data folder", "ok", str(data_dir.resolve()))
    free = shutil.disk_usage(existing).free
    state: Literal["ok", "warn", "fail"] = "fail" if free < _GIB // 2 else "warn" if free < 5 * _GIB else "ok"
    advice = "" if state == "ok" else "make room, or choose another --data-dir: recordings need about 1 GB an hour"
    yield Check("Disk", state, f"{free / _GIB:.1f} GiB free", advice)


def recording(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """What workers on this machine need: codecs, and letters of every script."""
    if settings.media.workers == 0 or settings.media.engine == "off":
        return
    import av  # noqa: PLC0415 (the other checks need no codecs)

    missing = sorted({"libx264", "libvpx", "aac", "libopus"} - av.codecs_available)
    if missing:
        advice = "install the wheel of PyAV (uv sync), which brings them"
        yield Check("Codecs", "fail", f"PyAV knows no {', '.join(missing)}: nothing can be recorded", advice)
    else:
        yield Check("Codecs", "ok", f"H.264, VP8, AAC and Opus (PyAV {av.__version__})")
    without = [name for name, letters in _SCRIPTS.items() if not _has_font(letters)]
    if without:
        advice = "apt-get install fontconfig fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
        yield Check("Fonts", "warn", f"names in recordings cannot be drawn in {', '.join(without)}", advice)
    else:
        yield Check("Fonts", "ok", f"letters for {', '.join(_SCRIPTS)}")


def _has_font(letters: str) -> bool:
    """Whether fontconfig finds a font with these letters."""
    found = shutil.which("fc-list")
    if found is None:
        return False
    asked = [found, ":charset=" + " ".join(f"{ord(letter):x}" for letter in letters), "file"]
    ran = subprocess.run(asked, capture_output=True, timeout=10, check=False)  # noqa: S603 (the machine's own program)
    return bool(ran.stdout.strip())


def udp_buffers(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """Whether the system lets the engine have large receive buffers."""
    if settings.media.engine != "embedded" or not _RMEM_MAX.exists():
        return
    limit = int(_RMEM_MAX.read_text())
    if limit >= _WANTED_UDP_BUFFER:
        yield Check("UDP buffers", "ok", f"up to {limit} bytes")
        return
    advice = f"for large conferences: sysctl -w net.core.rmem_max={_WANTED_UDP_BUFFER}"
    yield Check("UDP buffers", "warn", f"at most {limit} bytes", advice)
