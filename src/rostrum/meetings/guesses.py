"""Guessing of PINs at the door is slowed down like guessing of passwords: by conference and by address."""

from __future__ import annotations

from rostrum.api.errors import ApiError
from rostrum.api.work import Work
from rostrum.conferences import joining
from rostrum.conferences.joining import Crowd, Visitor
from rostrum.conferences.rules import ConferenceRow
from rostrum.oauth import guessing, rules, store


def why_not(work: Work, conference: ConferenceRow, who: Visitor, crowd: Crowd) -> ApiError | None:
    """Why somebody cannot join (`joining.why_not`); wrong PINs are counted. Raises tooManyAttempts.

    Who has to wait is told so whatever the PIN, so that nothing can be learnt meanwhile.
    """
    if not (conference.running and conference.pin is not None and who.pin) or who.user_id == conference.owner:
        return joining.why_not(conference, who, crowd, work.now)
    _check(work, conference.id, known=who.is_invited or who.is_back)
    refusal = joining.why_not(conference, who, crowd, work.now)
    if refusal is None:
        store.forget_failure(work.db, rules.pin_key(conference.id, work.invoker_ip))
    elif refusal.reason == "pinInvalid":
        work.if_refused.append(lambda later: _count(later, conference.id))
    return refusal


def _check(work: Work, conference_id: str, *, known: bool) -> None:
    """Invited people, and who is back, wait only for the guesses that came from their own address."""
    keys = [rules.pin_key(conference_id, work.invoker_ip), rules.address_key(work.invoker_ip)]
    if not known:
        keys.append(rules.pin_key(conference_id))
    guessing.check(work.db, tuple(keys), work.now, "Too many wrong PINs.")


def _count(work: Work, conference_id: str) -> None:
    limits = work.settings.sign_in
    keys = {
        rules.pin_key(conference_id, work.invoker_ip): limits.failures_per_login,
        rules.pin_key(conference_id): limits.failures_per_address,
        rules.address_key(work.invoker_ip): limits.failures_per_address,
    }
    for one in guessing.count(work.db, keys, limits, work.now):
        work.record("blocked", "conference", conference_id, "high", **one.told)
