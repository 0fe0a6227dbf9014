"""From the rows of conferences to what the API shows of them."""

from __future__ import annotations

from typing import Any

import msgspec

from rostrum.api.work import UrlType, Work
from rostrum.conferences import multicast, schedule, store
from rostrum.conferences.rules import ConferenceRow, InvitationRow
from rostrum.conferences.wire import Conference, InvitationMini
from rostrum.ids import uid

_MADE = {"owner", "created_at", "multicast_address", "schedule", "pin"}
_SAME = tuple(
    name for name in Conference.__struct_fields__ if name in ConferenceRow.__struct_fields__ and name not in _MADE
)
"""The fields that are shown as they are kept."""


def shown(work: Work, rows: list[ConferenceRow], url_type: UrlType = "dynamic") -> list[Conference]:
    """Conferences as the API shows them, with their invitations: one query, however many conferences."""
    invited = store.invitations_of(work.db, [row.id for row in rows])
    root = work.links.root(url_type)
    return [_shown(work, row, invited[row.id], root) for row in rows]


def shown_blank(work: Work, row: ConferenceRow, invited: list[InvitationRow], url_type: UrlType) -> Conference:
    """A conference that does not exist: what a template would make, without the ids and links of a real one."""
    blank: dict[str, Any] = {
        "id": "",
        "url": "",
        "webclient_url": "",
        "deeplinks": dict.fromkeys(("default", "android"), ""),
    }
    blank["multicast_address"] = row.multicast_address if row.multicast_enable else None
    owner = {} if row.owner else {"owner": ""}
    return msgspec.structs.replace(_shown(work, row, invited, work.links.root(url_type)), **blank, **owner)


def _shown(work: Work, row: ConferenceRow, invited: list[InvitationRow], root: str) -> Conference:
    guests = row.rights.guest
    return Conference(
        **{name: getattr(row, name) for name in _SAME},
        owner=uid(row.owner, work.server),
        invitations=[InvitationMini(one.id, one.display_name, one.translator) for one in invited],
        created_at=int(row.created_at.timestamp()),
        multicast_address=_multicast_address(row),
        schedule=schedule.shown(row.schedule, work.now, work.zone),
        broadcast=f"{root}/api/v3.10/broadcast/presets/{row.broadcast_id}" if row.broadcast_id else None,
        url=f"{root}/c/{row.id}",
        webclient_url=f"{root}/webrtc/{row.id}",
        state="running" if row.running else "stopped",
        deeplinks=_deeplinks(work, row),
        connect_urls={"sip_external": None, "sip": [], "h323": []},
        pin_enabled=row.pin is not None,
        pin=row.pin if work.caller.kind == "application" or work.caller.user_id == row.owner else None,
        allow_guests_message=guests.chat_send,
        allow_guests_audio_video=guests.audio_send and guests.video_send,
    )


def _multicast_address(row: ConferenceRow) -> str | None:
    """The own one, or the one that is made of the id."""
    if not row.multicast_enable:
        return None
    return row.multicast_address or multicast.group_of(row.id)


def _deeplinks(work: Work, row: ConferenceRow) -> dict[str, str]:
    target, address = f"{row.id}@{work.server}%23vcs", f"&h={work.links.host}"
    android = target.replace("@", "%40") + address.replace("&", "%26").replace("=", "%3d")
    return {
        "default": f"trueconf:\\c\\{target}{address}",
        "android": f"intent:\\c\\{android}#Intent;scheme=trueconf;package=com.trueconf.videochat;end",
    }
