"""What a response, or the want of one, means."""

from __future__ import annotations

import time
import zlib
from email.utils import formatdate

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawlers.errors import ForbiddenAddress, RefusedByRobots, RobotsUnreachable
from crawlers.outcomes import Moved, Refusal, explain, judge, retry_in_s
from crawlers.plan import Patience


def answer(status: int, **headers: str) -> Response:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response("http://a.example/", status=status, headers=said)


def refusal(status: int, **headers: str) -> Refusal:
    judged = judge(answer(status, **headers))
    assert isinstance(judged, Refusal)
    return judged


@pytest.mark.parametrize("status", [200, 203, 204, 206])
def test_what_brings_content(status: int) -> None:
    assert judge(answer(status)) is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_points_elsewhere(status: int) -> None:
    assert judge(answer(status, Location="/b")) == Moved("/b")
    assert refusal(status).code == f"http_{status}"


@pytest.mark.parametrize(
    ("status", "temporary"),
    [(400, False), (403, False), (404, False), (408, True), (410, False), (429, True), (451, False),
     (500, True), (501, False), (502, True), (503, True), (521, True)],
)  # fmt: skip
def test_what_is_worth_another_try(status: int, *, temporary: bool) -> None:
    found = refusal(status)
    assert (found.code, found.temporary, found.answered) == (f"http_{status}", temporary, True)
    assert found.status == status


def test_how_long_a_host_wants_peace() -> None:
    assert refusal(429, Retry_After="7").host_busy_s == 7
    assert refusal(503, Retry_After="100000").host_busy_s == 3600
    assert refusal(503, Retry_After="soon").host_busy_s == 0
    assert refusal(500, Retry_After="7").host_busy_s is None
    busy_s = refusal(503, Retry_After=formatdate(time.time() + 100, usegmt=True)).host_busy_s
    assert busy_s is not None
    assert 90 < busy_s <= 100


def test_a_wall_is_named_and_left() -> None:
    found = refusal(503, Cf_Mitigated="challenge")
    assert (found.code, found.temporary) == ("challenged", False)


@pytest.mark.parametrize(
    ("error", "code", "temporary"),
    [
        (CannotResolveHostError(), "dns_failed", True),
        (DownloadConnectionRefusedError(), "connection_refused", True),
        (DownloadTimeoutError(), "timeout", True),
        (DownloadFailedError(), "connection_failed", True),
        (ResponseDataLossError(), "broken_body", True),
        (zlib.error(), "broken_body", True),
        (DownloadCancelledError(), "body_too_large", False),
        (UnsupportedURLSchemeError(), "forbidden_scheme", False),
        (ForbiddenAddress("127.0.0.1"), "forbidden_address", False),
        (RefusedByRobots("no"), "refused_by_robots", False),
        (RobotsUnreachable("503"), RobotsUnreachable.code, True),
        (ZeroDivisionError(), "download_failed", True),
    ],
)
def test_why_nothing_came(error: Exception, code: str, *, temporary: bool) -> None:
    found = explain(error)
    assert (found.code, found.temporary, found.answered) == (code, temporary, False)
    assert found.reason


def test_tries_come_later_and_later_and_end() -> None:
    patience = Patience(tries=3, base_s=10.0)
    found = explain(DownloadTimeoutError())
    first, second = retry_in_s(found, 1, patience), retry_in_s(found, 2, patience)
    assert first is not None
    assert second is not None
    assert 5 <= first <= 10 <= second <= 20
    assert retry_in_s(found, 3, patience) is None
    assert retry_in_s(explain(ForbiddenAddress("x")), 1, patience) is None
    busy = refusal(429, Retry_After="500")
    assert retry_in_s(busy, 1, patience) == 500
