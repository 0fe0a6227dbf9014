"""The one client of the engine's API in this process: carries commands out, and tells who is really there."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from msgspec import Struct

from rostrum.api.work import Deferred, EngineKeys
from rostrum.media.commands import EndRoom, Mute, RemoveParticipant, Tell, TellChanged, UpdateParticipant
from rostrum.media.tokens import MIXER, SOURCES, Grants

if TYPE_CHECKING:
    from livekit.api import LiveKitAPI, ParticipantInfo, ParticipantPermission

log = structlog.get_logger()

TOPIC = "rostrum"
_TIMEOUT_S = 5
_GRACE_S = 0.3
"""Between the last message and the end of a room: long enough to be read, short enough not to be noticed."""


class Present(Struct, frozen=True):
    """Somebody whom the engine has in a room."""

    participant_id: str
    sid: str
    grants: Grants | None = None
    """What the engine lets them do; None: not known."""
    attributes: dict[str, str] = msgspec.field(default_factory=dict)


_ENDED = "not_found"
"""The engine's word for somebody who is not there (any more)."""
_CHANGES_TOGETHER_S = 0.05
_KINDS = {"microphone": ("microphone",), "camera": ("camera",), "screen_share": ("screen_share", "screen_share_audio")}


class Engine:
    """The engine at an HTTP address that only we need to reach."""

    def __init__(self, address: str, keys: EngineKeys) -> None:
        self.address = address
        self.keys = keys
        self._client: LiveKitAPI | None = None
        self._waiting: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._changed: dict[str, asyncio.Task[None]] = {}

    async def carry_out(self, command: Deferred) -> None:
        """Carry out one command; those of a session keep their order. A failure is logged: reconciling heals it."""
        if isinstance(command, TellChanged):
            self._tell_changed(command.session_id)
        if not isinstance(command, EndRoom | RemoveParticipant | Tell | UpdateParticipant | Mute):
            return
        async with self._waiting[command.session_id]:
            try:
                if await self._has_room(command.session_id):
                    await self._dispatch(command)
            except Exception as error:  # noqa: BLE001 (the engine may be away in any way it likes)
                if isinstance(command, UpdateParticipant | Tell) and getattr(error, "code", "") == _ENDED:
                    return  # not connected (any more); the token, or the next look at the room, says the same
                log.warning("engine command failed", command=type(command).__name__, error=str(error))
        if isinstance(command, EndRoom):
            self._waiting.pop(command.session_id, None)

    async def rooms(self) -> dict[str, list[Present]]:
        """Who is in each room. Raises whatever the client raises when the engine is away."""
        from livekit import api  # noqa: PLC0415 (300 ms that the start does not wait for)

        client = self._api()
        listed = await client.room.list_rooms(api.ListRoomsRequest())
        found = {}
        for room in listed.rooms:
            people = await client.room.list_participants(api.ListParticipantsRequest(room=room.name))
            found[room.name] = [
                Present(one.identity, one.sid, _grants(one.permission), dict(one.attributes))
                for one in people.participants
                if not one.permission.hidden and one.identity != MIXER and one.state != api.ParticipantInfo.DISCONNECTED
            ]
        return found

    async def close(self) -> None:
        """Close the client's connections."""
        for task in self._changed.values():
            task.cancel()
        await asyncio.gather(*self._changed.values(), return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _has_room(self, session_id: str) -> bool:
        """Whether anybody is in a session. Without a room the engine would look for one for 3 s, and everything else
        that the session is to be told would wait: the first words of every call, before the caller has connected.
        """
        from livekit import api  # noqa: PLC0415

        found = await self._api().room.list_rooms(api.ListRoomsRequest(names=[session_id]))
        return len(found.rooms) > 0

    def _tell_changed(self, session_id: str) -> None:
        """Tell a moment later that a session has changed, unless that is planned already; nobody waits for it."""

        async def tell() -> None:
            await asyncio.sleep(_CHANGES_TOGETHER_S)
            del self._changed[session_id]
            await self.carry_out(Tell(session_id, {"type": "state"}))

        if session_id not in self._changed:
            self._changed[session_id] = asyncio.create_task(tell())

    async def _dispatch(self, command: EndRoom | RemoveParticipant | Tell | UpdateParticipant | Mute) -> None:
        from livekit import api  # noqa: PLC0415

        client = self._api()
        if isinstance(command, Tell):
            await self._tell(command.session_id, command.message, command.to)
        elif isinstance(command, UpdateParticipant):
            await self._allow(command.session_id, command.participant_id, command.grants, command.attributes)
        elif isinstance(command, Mute):
            await self._mute(command)
        elif isinstance(command, RemoveParticipant):
            await self._tell(command.session_id, command.message, [command.participant_id])
            await asyncio.sleep(_GRACE_S)
            gone = api.RoomParticipantIdentity(room=command.session_id, identity=command.participant_id)
            await client.room.remove_participant(gone)
        else:
            await self._tell(command.session_id, command.message, None)
            await asyncio.sleep(_GRACE_S)
            await client.room.delete_room(api.DeleteRoomRequest(room=command.session_id))

    async def _allow(
        self, session_id: str, participant_id: str, grants: Grants, attributes: dict[str, str] | None = None
    ) -> None:
        from livekit import api  # noqa: PLC0415

        await self._api().room.update_participant(
            api.UpdateParticipantRequest(
                room=session_id,
                identity=participant_id,
                permission=_permission(grants),
                attributes=attributes or {},
            )
        )

    async def _mute(self, command: Mute) -> None:
        from livekit import api  # noqa: PLC0415

        room = command.session_id
        people = await self._api().room.list_participants(api.ListParticipantsRequest(room=room))
        for one in people.participants:
            if one.identity not in command.grants:
                continue
            tracks = [track for track in one.tracks if _source(track.source) in _KINDS[command.source]]
            if command.source == "screen_share" and tracks:
                await self._take_screen(room, one, command.grants[one.identity])
                continue
            for track in tracks:
                muted = api.MuteRoomTrackRequest(room=room, identity=one.identity, track_sid=track.sid, muted=True)
                await self._api().room.mute_published_track(muted)

    async def _take_screen(self, room: str, one: ParticipantInfo, grants: Grants) -> None:
        """The engine unpublishes what may not be sent; then it may be sent again."""
        without = tuple(source for source in grants.sources if source not in _KINDS["screen_share"])
        await self._allow(room, one.identity, Grants(without, grants.subscribe))
        await self._allow(room, one.identity, grants)

    async def _tell(self, session_id: str, message: dict[str, object], to: list[str] | None) -> None:
        from livekit import api  # noqa: PLC0415

        await self._api().room.send_data(
            api.SendDataRequest(
                room=session_id,
                data=msgspec.json.encode(message),
                kind=api.DataPacket.Kind.RELIABLE,
                destination_identities=to or [],
                topic=TOPIC,
            )
        )

    def _api(self) -> LiveKitAPI:
        from livekit import api  # noqa: PLC0415

        if self._client is None:
            import aiohttp  # noqa: PLC0415

            timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
            self._client = api.LiveKitAPI(self.address, self.keys.api_key, self.keys.api_secret, timeout=timeout)
        return self._client


def _source(number: int) -> str:
    from livekit import api  # noqa: PLC0415

    return api.TrackSource.Name(number).lower()


def _grants(permission: ParticipantPermission) -> Grants:
    given = {_source(number) for number in permission.can_publish_sources} if permission.can_publish else set()
    return Grants(tuple(source for source in SOURCES if source in given), permission.can_subscribe)


def _permission(grants: Grants) -> ParticipantPermission:
    """As in the token: data is sent by the server alone."""
    from livekit import api  # noqa: PLC0415

    sources: list[Any] = [api.TrackSource.Value(source.upper()) for source in grants.sources]
    return api.ParticipantPermission(
        can_subscribe=grants.subscribe,
        can_publish=bool(grants.sources),
        can_publish_sources=sources,
        can_publish_data=False,
    )
