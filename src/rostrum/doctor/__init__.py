"""Looks at this machine and the data folder, and says of each finding what to do; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rostrum.doctor import machine, network, services
from rostrum.doctor.finding import Check
from rostrum.settings import Settings

__all__ = ["Check", "render_checks", "run_checks"]


def run_checks(data_dir: Path, settings: Settings) -> list[Check]:
    """Every check, in the order of a start; takes a few seconds at most, and a check that breaks is a finding too."""
    parts: list[tuple[str, Callable[[Path, Settings], Iterator[Check]]]] = [
        ("Python", machine.python),
        ("Data folder", machine.data_folder),
        ("Database", services.database),
        ("Bus", services.bus),
        ("Web app", services.web),
        ("Media engine", services.engine),
        ("Recording", machine.recording),
        ("Ports", network.ports),
        ("Address", network.address),
        ("Secure context", network.secure_context),
        ("UDP buffers", machine.udp_buffers),
    ]
    found: list[Check] = []
    for name, part in parts:
        try:
            found += part(data_dir, settings)
        except Exception as error:  # noqa: BLE001 -- a check must not hide the ones after it
            found.append(Check(name, "fail", f"{type(error).__name__}: {error}"))
    return found


def render_checks(checks: list[Check]) -> str:
    """The findings as lines for a terminal."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"{check.state:4}  {check.name:{width}}  {check.message}")
        if check.advice:
            lines.append(f"{'':{width + 6}}  -> {check.advice}")
    worst = [sum(check.state == state for check in checks) for state in ("fail", "warn")]
    lines.append(f"{len(checks)} checks: {worst[0]} failed, {worst[1]} to look at")
    return "\n".join(lines)
