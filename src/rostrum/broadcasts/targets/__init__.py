"""The types of targets that a preset may have: one file each, and one line here."""

from __future__ import annotations

from typing import Literal

from rostrum.broadcasts.targets.cdnvideo import CdnVideo
from rostrum.broadcasts.targets.manual_pull import ManualPull
from rostrum.broadcasts.targets.manual_push import ManualPush
from rostrum.broadcasts.targets.target import Target
from rostrum.broadcasts.targets.wowza_cloud import WowzaCloud
from rostrum.broadcasts.targets.wowza_server import WowzaServer
from rostrum.broadcasts.targets.youtube import Youtube

PresetType = Literal["youtube", "cdnvideo", "manualPull", "manualPush", "wowzaCloud", "wowzaServer"]

PAYLOADS: dict[PresetType, type[Target]] = {
    "youtube": Youtube,
    "cdnvideo": CdnVideo,
    "manualPull": ManualPull,
    "manualPush": ManualPush,
    "wowzaCloud": WowzaCloud,
    "wowzaServer": WowzaServer,
}
