"""Ports at which no web server is: a request there would speak to something else.

Source: the Fetch standard, "Port blocking" (https://fetch.spec.whatwg.org/#port-blocking).
"""

from __future__ import annotations

from typing import Final

_BAD: Final = frozenset(
    (
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179),
        *(389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601),
        *(636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000),
        *(6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    )
)
# Not in the standard, since a browser's user has none of them: what servers beside a crawler are.
_SERVICES: Final = frozenset(
    {445, 1433, 1521, 2375, 2379, 3306, 3389, 5432, 5900, 6379, 11211, 27017}
)


def is_for_the_web(port: int) -> bool:
    """Whether browsers would ask there, and no database or daemon is known to listen."""
    return port not in _BAD and port not in _SERVICES
