"""Which failure ends the program with which exit code: the one place that says so.

0 ok · 1 internal · 2 usage · 3 a service is down · 4 not found · 5 conflict ·
10 --fail-on-match found one · 130 interrupted
"""

from __future__ import annotations

import errno

from cases.errors import CaseError, ReasonMissing
from console.demo.errors import ContentMissing
from fingerprints.errors import FingerprintError
from index.errors import Ambiguous, Conflict, IncompatibleData, InvalidQuery, NotFound, Unavailable
from settings.sources import InvalidSettings

OK = 0
INTERNAL = 1
USAGE = 2
SERVICE_DOWN = 3
NOT_FOUND = 4
CONFLICT = 5
MATCH_FOUND = 10
INTERRUPTED = 130

_EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (InvalidSettings, USAGE),
    (InvalidQuery, USAGE),
    (Ambiguous, USAGE),
    (FingerprintError, USAGE),
    (ReasonMissing, USAGE),
    (Unavailable, SERVICE_DOWN),
    (IncompatibleData, SERVICE_DOWN),
    (ContentMissing, SERVICE_DOWN),
    (NotFound, NOT_FOUND),
    (Conflict, CONFLICT),
    (CaseError, CONFLICT),
)


def exit_code(error: Exception) -> int:
    """Return the exit code for an error; 1 for one that nobody foresaw."""
    for kind, code in _EXIT_CODES:
        if isinstance(error, kind):
            return code
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EACCES):
        return SERVICE_DOWN
    return INTERNAL
