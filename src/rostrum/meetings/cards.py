"""Conferences as the web app shows them: on the join page, at home, in calls."""

from __future__ import annotations

from rostrum.accounts import rights
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.accounts.users.rules import UserRow
from rostrum.api.work import Work
from rostrum.conferences import joining, schedule
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import uid
from rostrum.meetings import programme, store
from rostrum.meetings.web_wire import ConferenceCard, Person


def cards(work: Work, rows: list[ConferenceRow]) -> list[ConferenceCard]:
    """Conferences as the web app shows them to owners and to the invited, who need not register: three queries."""
    user_id = work.caller.user_id
    starts = user_id is not None and "create_group_conference" in rights.of_caller(work)
    owners = users.find_users(work.db, [row.owner for row in rows])
    crowds = store.count_present(work.db, [row.stream_id for row in rows if row.stream_id])
    fetched = programme.fetch_addresses(work, [row for row in rows if work.caller.user_id == row.owner])
    found = []
    for row in rows:
        owner = owners.get(row.owner)
        times = schedule.next_times(row.schedule, work.now, work.zone)
        upcoming = times is not None and times.start > work.now
        found.append(
            ConferenceCard(
                id=row.id,
                topic=row.topic,
                description=row.description,
                meeting_room=row.meeting_room or None,
                owner=_person(work, row.owner, owner),
                mode=row.type,
                state="running" if row.running else "stopped",
                allow_guests=row.allow_guests,
                pin_required=row.pin is not None and user_id != row.owner,
                registration_needed=False,
                is_mine=user_id == row.owner,
                may_start=starts and user_id == row.owner,
                qr_code=joining.shows_code(row, work.settings.features),
                schedule=schedule.shown(row.schedule, work.now, work.zone),
                next_start=int(times.start.timestamp()) if times is not None and upcoming else None,
                finished=not row.running and schedule.is_over(row.schedule, work.now),
                participant_count=crowds.get(row.stream_id, 0) if row.stream_id else None,
                server_time=int(work.now.timestamp()),
                url=f"{work.links.base}/c/{row.id}",
                broadcast_address=fetched.get(row.id),
                live_url=programme.live_page(work, row, waiting_room=row.waiting_room_enabled),
            )
        )
    return found


def _person(work: Work, user_id: str, account: UserRow | None) -> Person:
    """Somebody whose account may be deleted since."""
    picture = None if account is None else avatar_url(work.links.base, account.avatar)
    return Person(uid(user_id, work.server), account.display_name if account else user_id, picture)
