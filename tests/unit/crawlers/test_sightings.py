"""Where a medium is offered: where the page is that shows it, unless its spider knows better."""

from __future__ import annotations

import pytest

from crawlers.frontier.contract import Discovery
from crawlers.sightings import OFFERED_ON, offered_by
from tests.examiners import sighting

CDN = "https://cdn.example/p.jpg"


@pytest.mark.parametrize(
    ("discovery", "place"),
    [
        (Discovery(url=CDN, role="media"), "pirate.example/u/42"),
        (Discovery(url=CDN, role="media", context={OFFERED_ON: "a.example"}), "a.example"),
        (Discovery(url=CDN), None),
        (Discovery(url=CDN, role="share"), None),
    ],
)
def test_media_are_offered_where_they_are_shown(discovery: Discovery, place: str | None) -> None:
    seen = sighting("").model_copy(update={"offered_on": "pirate.example/u/42"})
    assert offered_by(discovery, seen).context.get(OFFERED_ON) == place


def test_what_lies_where_it_is_shown_needs_no_word() -> None:
    seen = sighting("").model_copy(update={"offered_on": "pirate.com"})
    own = Discovery(url="https://img.pirate.com/p.jpg", role="media")
    assert offered_by(own, seen) is own
    assert offered_by(own, None) is own
    assert offered_by(own, sighting("")) is own
