"""What a match quotes, and how much of the page's body the work is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawlers.examination.quotation import quoted
from fingerprints.contract import Limits
from fingerprints.text import read_text
from index.blobs import Blobs
from index.documents import Match, Medium, Span, Work, WorkKind

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2024, 3, 2, tzinfo=UTC)
WORK = (
    "却说那日天色将晚，两个赶车的老汉在桥头歇脚，一个姓陈，一个姓吴，说起三十年前修这座桥的旧事。",
    "桥下的水比往年浅了许多，露出几块青石，石上刻着谁也认不全的字。吴老汉说那是他爷爷刻的。",
    "吴老汉笑而不答，只望着水面。风从上游吹来，带着稻花的香气，远处的村子里有人在唤孩子回家吃饭。",
)
REVIEW = (
    "这部小说我前后读了三遍，每读一遍都有新的体会，作者写人物从来不靠形容词，全靠一个动作、一句话。",
    "开头写桥写得最好，寥寥几笔，人情世故都在里面，读到后来才知道那块石头是全书的关键所在。",
    "当然它也有毛病，中段的商战写得太满，几个女性角色来得快去得也快，结尾收得有些仓促了。",
)
MENU = "".join(f'<li><a href="/{n}">第{n}章 石桥</a></li>' for n in range(1, 9))


def page(*paragraphs: str) -> str:
    said = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<html><body><div class="nav"><ul>{MENU}</ul></div><div id="content">{said}</div>'
        f'<div class="recommend"><ul>{MENU}</ul></div></body></html>'
    )


@pytest.mark.parametrize(
    ("paragraphs", "least", "most"),
    [(WORK, 0.95, 1.0), ((*REVIEW[:2], WORK[0], REVIEW[2]), 0.2, 0.35)],
    ids=["put up again", "quoted in a review"],
)
def test_a_match_says_which_share_of_the_pages_body_is_the_work(
    tmp_path: Path, paragraphs: tuple[str, ...], least: float, most: float
) -> None:
    blobs = Blobs(tmp_path)
    copy = blobs.put(page(*paragraphs).encode())
    original = blobs.put("\n".join(WORK).encode())
    with blobs.open(copy) as source:
        text = read_text(source, limits=Limits(), media_type="text/html")
    held = [one for one in WORK if one in paragraphs]
    start, end = text.index(held[0]), text.index(held[-1]) + len(held[-1])
    span = Span(medium=original, copy_span=(start, end), work_span=(0, end - start))
    found = quoted(blobs, match(span), (copy, "text/html"), work(original), Limits())
    assert found.body_share is not None
    assert least <= found.body_share <= most
    assert found.spans[0].copied == text[start:end]


def match(span: Span, modality: str = "text") -> Match:
    return Match(
        id="m",
        sighting_id="s",
        crawl_id="c",
        work_id="w",
        url="https://pirate.example/1.html",
        site="pirate.example",
        channel="literature",
        seen_at=NOW,
        modality=modality,
        modality_version=3,
        score=0.9,
        distance=0.1,
        unit="share of text",
        spans=(span,),
    )


def work(original: str) -> Work:
    medium = Medium(
        sha256=original,
        filename="桥.txt",
        media_type="text/plain",
        modality="text",
        version=3,
        size_bytes=450,
        parts=1,
        extent=150.0,
    )
    return Work(
        id="w",
        title="石桥",
        category=WorkKind.LITERATURE,
        holder="某出版社",
        media=(medium,),
        registered_at=NOW,
    )


def test_other_modalities_stay_as_they_are(tmp_path: Path) -> None:
    span = Span(medium="0" * 64, copy_span=(0, 1), work_span=(0, 1))
    stays = match(span, "image")
    assert (
        quoted(Blobs(tmp_path), stays, ("0" * 64, "image/png"), work("0" * 64), Limits()) == stays
    )
