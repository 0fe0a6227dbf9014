"""Ringing people: beginning it, ending it, and telling everybody concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from rostrum.accounts.users import presence
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.accounts.users.rules import UserRow
from rostrum.api.work import Work
from rostrum.bus import Publish
from rostrum.conferences import store as conferences
from rostrum.conferences.invitations.people import invited_id
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import uid
from rostrum.jobs import store as jobs
from rostrum.media.commands import Tell
from rostrum.meetings import store as meetings
from rostrum.meetings.calls import rules, store
from rostrum.meetings.calls.rules import RING, CallRow, State
from rostrum.meetings.calls.store import Ringing
from rostrum.meetings.calls.wire import IncomingCall, OutgoingCall
from rostrum.meetings.web_wire import Person

OVERDUE, IN_VAIN = "call.overdue", "call.in_vain"
"""Due work: nobody answered in time; a call that nobody took ends its meeting."""
_MOST_IN_A_MESSAGE = 50
"""The engine carries messages of some 15 kB."""


def ring(  # noqa: PLR0913 (who calls whom into what, and how)
    work: Work,
    conference: ConferenceRow,
    caller: str,
    given: Iterable[str],
    *,
    names: Mapping[str, str] | None = None,
    video: bool = True,
    opens: bool = False,
) -> list[CallRow]:
    """Call people into a running conference, which is locked for change; who is in already is passed over.

    Accounts with a page open are rung, all others and call strings are unavailable. Whoever is rung already goes on
    being rung. `names` are the caller's own, by the ids of `given`. Answers the calls in the order of `given`.
    """
    called = {invited_id(work, one): name for one, name in (names or {}).items()}
    session_id = conference.stream_id or ""
    wanted = list(dict.fromkeys(invited_id(work, one) for one in given))
    accounts = users.find_users(work.db, wanted)
    there = {place.participant_id for place in meetings.admitted(work.db, session_id)}
    rings = {call.invited_call_id: call for call in store.of_session(work.db, session_id) if call.state == "ringing"}
    reachable = store.with_pages(work.db, [one for one in accounts if accounts[one].is_active])
    found = []
    for one in wanted:
        full_id = uid(one, work.server) if one in accounts else one
        if full_id in there:
            continue
        found.append(
            rings.get(full_id)
            or _begin(
                work,
                CallRow(
                    session_id=session_id,
                    call_id=uid(caller, work.server),
                    invited_call_id=full_id,
                    user_id=one if one in accounts else None,
                    invite_time=work.now,
                    expires_at=work.now + RING,
                    state="ringing" if one in reachable else "unavailable",
                    video=video,
                    opens=opens,
                    display_name=called.get(one),
                ),
            )
        )
    _announce(work, conference, accounts, caller, [call for call in found if call.invite_time == work.now])
    return found


def answer(work: Work, call: CallRow, state: State) -> bool:
    """End one call by its person's answer, in a conference that is locked for change. False: it rings no more."""
    return bool(ended(work, store.end_one(work.db, call.id, state)))


def entered(work: Work, session_id: str, user_id: str) -> None:
    """Whoever comes while being rung has accepted, on whatever way."""
    ended(work, store.end_of_user(work.db, session_id, user_id, "accepted"))


def ended(work: Work, calls: list[CallRow]) -> list[CallRow]:
    """Calls came to an end: the pages of the called stop ringing, the meeting learns it."""
    stop_ringing(work, calls)
    if calls:
        _tell(work, calls, users.find_users(work.db, [call.user_id for call in calls if call.user_id]))
        _plan_end_if_in_vain(work, calls[0].session_id)
    return calls


def stop_ringing(work: Work, calls: list[CallRow]) -> None:
    """The pages of the called learn that a call has ended."""
    for call in calls:
        if call.user_id is not None:
            over = {"type": "callOver", "call_id": str(call.id), "state": call.state}
            work.later(Publish(presence.topic(call.user_id), over))


def is_in_vain(work: Work, conference: ConferenceRow) -> bool:
    """Whether a conference that was made for a call is of no more use."""
    session_id = conference.stream_id or ""
    present = [place.user_id for place in meetings.admitted(work.db, session_id)]
    return rules.nobody_took_it(store.of_session(work.db, session_id), conference.owner, present)


def invite_all(work: Work, conference: ConferenceRow, joined: str | None) -> None:
    """Call everybody on the list as `auto_invite` says, because somebody joins; nobody is called twice by this."""
    if not conference.auto_invite or conference.stream_id is None:
        return
    invited = conferences.invitations_of(work.db, [conference.id])[conference.id]
    if not rules.invites_now(conference.auto_invite, is_invited=any(one.id == joined for one in invited)):
        return
    known = {call.user_id or call.invited_call_id for call in store.of_session(work.db, conference.stream_id)}
    known |= store.ever_there(work.db, conference.stream_id)
    callable_ = (one.id for one in invited if one.type == "user" or one.id.startswith("#"))
    ring(work, conference, conference.owner, [one for one in callable_ if one not in known])


def incoming(work: Work, ringing: Ringing, caller: UserRow | None) -> IncomingCall:
    """A call as the page of the called shows it. Pictures have relative addresses: pages know where they are."""
    call = ringing.call
    return IncomingCall(
        call_id=str(call.id),
        conference_id=ringing.conference_id,
        topic=ringing.topic,
        caller=Person(call.call_id, caller.display_name, avatar_url("", caller.avatar))
        if caller is not None
        else Person(call.call_id, call.call_id, None),
        video=call.video,
        opens=call.opens,
        expires_at=int(call.expires_at.timestamp()),
        seconds_left=max(0.0, (call.expires_at - work.now).total_seconds()),
    )


def outgoing(calls: Iterable[CallRow], accounts: dict[str, UserRow]) -> list[OutgoingCall]:
    """Calls as the meeting shows them, the newest one of each person."""
    newest = {call.invited_call_id: call for call in calls}
    return [
        OutgoingCall(
            call_id=str(call.id),
            id=call.invited_call_id,
            display_name=call.display_name or _name(call, accounts),
            state=call.state,
        )
        for call in newest.values()
    ]


def _name(call: CallRow, accounts: dict[str, UserRow]) -> str:
    return accounts[call.user_id].display_name if call.user_id in accounts else call.invited_call_id


def _begin(work: Work, call: CallRow) -> CallRow:
    return msgspec.structs.replace(call, id=store.insert_call(work.db, call))


def _announce(
    work: Work, conference: ConferenceRow, accounts: dict[str, UserRow], caller_id: str, calls: list[CallRow]
) -> None:
    if not calls:
        return
    caller = users.find_users(work.db, [caller_id]).get(caller_id)
    ringing = [call for call in calls if call.state == "ringing"]
    for call in ringing:
        shown = msgspec.to_builtins(incoming(work, Ringing(call, conference.id, conference.topic), caller))
        work.later(Publish(presence.topic(call.user_id or ""), {"type": "call", **shown}))
    if ringing:
        key = f"{OVERDUE}:{ringing[0].id}"
        jobs.enqueue(work.db, OVERDUE, {"session_id": ringing[0].session_id}, ringing[0].expires_at, key=key)
    _tell(work, calls, accounts)


def _tell(work: Work, calls: list[CallRow], accounts: dict[str, UserRow]) -> None:
    """Everybody in the meeting learns who is called and what came of it."""
    if not work.media_available:
        return
    shown = msgspec.to_builtins(outgoing(calls, accounts))
    for first in range(0, len(shown), _MOST_IN_A_MESSAGE):
        part = shown[first : first + _MOST_IN_A_MESSAGE]
        work.later(Tell(calls[0].session_id, {"type": "calls", "calls": part}))


def _plan_end_if_in_vain(work: Work, session_id: str) -> None:
    conference = conferences.find_by_session(work.db, session_id)
    if conference is not None and is_in_vain(work, conference):
        due = work.now + rules.LAST_WORDS
        jobs.enqueue(work.db, IN_VAIN, {"session_id": session_id}, due, key=f"{IN_VAIN}:{session_id}")
