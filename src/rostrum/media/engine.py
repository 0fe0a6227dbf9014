"""The one client of the engine's API in this process: carries commands out, and tells who is really there."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec
import structlog
from msgspec import Struct

from rostrum.api.work import Deferred, EngineKeys
from rostrum.media.commands import EndRoom, RemoveParticipant, Tell

if TYPE_CHECKING:
    from livekit.api import LiveKitAPI

log = structlog.get_logger()

TOPIC = "rostrum"
_TIMEOUT_S = 5
_GRACE_S = 0.3
"""Between the last message and the end of a room: long enough to be read, short enough not to be noticed."""


class Present(Struct, frozen=True):
    """Somebody whom the engine has in a room."""

    participant_id: str
    sid: str


class Engine:
    """The engine at an HTTP address that only we need to reach."""

    def __init__(self, address: str, keys: EngineKeys) -> None:
        self.address = address
        self.keys = keys
        self._client: LiveKitAPI | None = None
        self._waiting: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def carry_out(self, command: Deferred) -> None:
        """Carry out one command; those of a session keep their order. A failure is logged: reconciling heals it."""
        if not isinstance(command, EndRoom | RemoveParticipant | Tell):
            return
        async with self._waiting[command.session_id]:
            try:
                await self._dispatch(command)
            except Exception as error:  # noqa: BLE001 (the engine may be away in any way it likes)
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
                Present(one.identity, one.sid)
                for one in people.participants
                if not one.permission.hidden and one.state != api.ParticipantInfo.DISCONNECTED
            ]
        return found

    async def close(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _dispatch(self, command: EndRoom | RemoveParticipant | Tell) -> None:
        from livekit import api  # noqa: PLC0415

        client = self._api()
        if isinstance(command, Tell):
            await self._tell(command.session_id, command.message, command.to)
        elif isinstance(command, RemoveParticipant):
            await self._tell(command.session_id, command.message, [command.participant_id])
            await asyncio.sleep(_GRACE_S)
            gone = api.RoomParticipantIdentity(room=command.session_id, identity=command.participant_id)
            await client.room.remove_participant(gone)
        else:
            await self._tell(command.session_id, command.message, None)
            await asyncio.sleep(_GRACE_S)
            await client.room.delete_room(api.DeleteRoomRequest(room=command.session_id))

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
