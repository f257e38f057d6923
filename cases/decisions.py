"""Decisions: a person confirms or dismisses a case, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.errors import ReasonMissing, TransitionRefused
from index.changing import change
from index.documents import Case, CaseState, event, now

if TYPE_CHECKING:
    from index.contract import Records
    from index.documents import Event

TRANSITIONS: dict[CaseState, frozenset[CaseState]] = {
    CaseState.LEAD: frozenset({CaseState.CONFIRMED, CaseState.DISMISSED}),
    CaseState.CONFIRMED: frozenset({CaseState.DISMISSED}),
    CaseState.DISMISSED: frozenset({CaseState.CONFIRMED}),
}
"""What a state may become. A decision can be corrected; nothing goes back to being a lead."""

_VERBS = {CaseState.CONFIRMED: "case_confirmed", CaseState.DISMISSED: "case_dismissed"}


def confirm(records: Records, case_id: str, *, actor: str, reason: str) -> Case:
    """Record that the copy is what it looks like: the work, without permission.

    Raises `NotFound`, `TransitionRefused` or `ReasonMissing`.
    """
    return _decide(records, case_id, CaseState.CONFIRMED, actor, reason)


def dismiss(records: Records, case_id: str, *, actor: str, reason: str) -> Case:
    """Record that there is nothing to pursue: authorised, an exception, not a copy.

    Raises `NotFound`, `TransitionRefused` or `ReasonMissing`.
    """
    return _decide(records, case_id, CaseState.DISMISSED, actor, reason)


def _decide(records: Records, case_id: str, state: CaseState, actor: str, reason: str) -> Case:
    if not reason.strip():
        raise ReasonMissing(case_id)

    def step(case: Case) -> tuple[Case, tuple[Event]]:
        if state not in TRANSITIONS[case.state]:
            raise TransitionRefused(case_id, case.state.value, state.value)
        return decided(case, state, actor=actor, reason=reason.strip())

    return change(records, Case, case_id, step)


def decided(case: Case, state: CaseState, *, actor: str, reason: str) -> tuple[Case, tuple[Event]]:
    """Return the case as decided, and the event that tells of it."""
    at = now()
    new = case.model_copy(
        update={
            "state": state,
            "decided_by": actor,
            "decided_at": at,
            "decided_because": reason,
            "urls_at_decision": case.url_count,
        }
    )
    told = {"reason": reason, "was": case.state.value, "urls": case.url_count}
    return new, (event(_VERBS[state], case, at=at, actor=actor, details=told),)
