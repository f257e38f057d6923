"""How what discovery found is asked for: forms are posted, and no result hears of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawlers.discovery.queries import asked_by
from crawlers.robots import NEEDS_NO_LEAVE
from crawlers.sightings import HOPS

if TYPE_CHECKING:
    from scrapy import Request

    from crawlers.frontier.contract import Discovery

ROBOTS: Final = "robots"
"""The role of a robots.txt that is visited for the sitemaps it names."""
RESULT: Final = "result"
"""Where a discovery's context says that a search led to it."""
AS: Final = "as"
"""And there, by which channel's spider it is visited, where that isn't the crawl's."""
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


def prepared(request: Request, found: Discovery) -> Request:
    """Return the request for what was discovered, as it has to be made.

    An engine's interface is used by the leave of whoever gave the key, not of robots.txt. Redirects
    of what was posted are fetched (RFC 9110, 15.4.3). Results hear of no referrer.
    """
    asked = asked_by(found)
    if found.role == ROBOTS or (asked is not None and asked.is_engine):
        request.meta[NEEDS_NO_LEAVE] = True
    if RESULT in found.context and not found.depth:
        request.headers.pop("Referer", None)
    if asked is None or not asked.body or HOPS in found.context:
        return request
    posted = request.replace(method="POST", body=asked.body.encode())
    posted.headers["Content-Type"] = _JSON if asked.is_engine else _FORM
    return posted
