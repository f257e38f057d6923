"""What can go wrong when a case is worked on.

CaseError
├── TransitionRefused   the case's state doesn't allow the step
└── ReasonMissing       a decision needs its reason
"""

from __future__ import annotations


class CaseError(Exception):
    """A step in a case could not be taken."""


class TransitionRefused(CaseError):
    """The case's state doesn't allow the step."""

    def __init__(self, case_id: str, state: str, wanted: str) -> None:
        super().__init__(f"case {case_id}: {state} can't become {wanted}")
        self.case_id = case_id
        self.state = state
        self.wanted = wanted


class ReasonMissing(CaseError):
    """A decision needs its reason."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"case {case_id}: a decision needs its reason")
        self.case_id = case_id
