"""Ids in every form in which they are given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rostrum import ids
from rostrum.api.paging import first_row

SERVERS = st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,2}", fullmatch=True)
LOGINS = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="._-"), min_size=1, max_size=40)


@given(LOGINS, SERVERS)
def test_a_user_is_the_same_by_login_and_by_uid_in_any_case(login: str, server: str) -> None:
    short = ids.short_id(login, server)
    assert short == login.lower()
    assert ids.short_id(ids.uid(short, server), server) == short
    assert ids.short_id(f" {login.upper()}@{server.upper()} ", server) == short
    assert ids.uid(ids.uid(short, server), server) == f"{short}@{server}"


@given(LOGINS, SERVERS, SERVERS)
def test_an_id_of_elsewhere_stays_whole(login: str, server: str, other: str) -> None:
    given_id = f"{login.lower()}@{other}"
    assert ids.short_id(given_id, server) == (login.lower() if other == server else given_id)


@given(st.text(max_size=60), SERVERS)
def test_reading_an_id_twice_changes_nothing(text: str, server: str) -> None:
    once = ids.short_id(text, server)
    if not once.endswith(f"@{server}"):
        assert ids.short_id(once, server) == once


@given(SERVERS, st.integers(0, 2**40))
def test_new_ids_name_their_server(server: str, number: int) -> None:
    assert ids.new_guest_id(server).startswith("#guest:")
    assert ids.new_guest_id(server).endswith(f"@{server}")
    session = ids.new_session_id(number, server)
    assert session.endswith(f"@{server}#vcs")
    assert len(session.partition("@")[0]) == 16
    assert len(ids.new_conference_id()) == 10


@given(st.integers(1, 1000), st.integers(0, 10**5))
def test_pages_hold_every_row_once(size: int, row: int) -> None:
    """Zero and one are the first page; a row stands on exactly one."""
    assert first_row(0, size) == first_row(1, size) == 0
    page = row // size + 1
    assert first_row(page, size) <= row < first_row(page + 1, size)
    assert first_row(page + 1, size) - first_row(page, size) == size
