"""Hostile and broken answers: each leaves its reason on record, and the crawl goes on."""

from __future__ import annotations

import html
import random
import struct
import time
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Case, CaseUrl, Match, Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Ended, Program, resident_bytes
from tests.servers import Site, broken_chunks, content, lying_length, page, redirect, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.servers import Line

BOMB_BYTES = 1 << 30
_MOST_BYTES = 600 * 2**20
_COPIED = slice(3_000, 5_000)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a crawl of the garbage left."""

    ended: Ended
    sightings: Mapping[str, Sighting]
    matched: frozenset[str]
    cases: tuple[Case, ...]
    filed: frozenset[str]
    peak_bytes: int


def bomb() -> bytes:
    """Return a gigabyte of zeros, packed."""
    packing = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = bytes(1 << 20)
    return b"".join([*(packing.compress(zeros) for _ in range(BOMB_BYTES >> 20)), packing.flush()])


def picture(kind: str) -> bytes:
    rng = random.Random(7)  # noqa: S311 (no secret)
    image = Image.frombytes("RGB", (320, 240), rng.randbytes(320 * 240 * 3))
    kept = BytesIO()
    image.save(kept, kind)
    return kept.getvalue()


def vast_png() -> bytes:
    """Return a picture that says it is 60,000 pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(60_001))
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    )


def copy_of(words: str) -> str:
    return f"<title>盗版</title><h1>盗版</h1><div>{html.escape(words[_COPIED])}</div>"


def garbage(words: str) -> dict[str, Callable[[Line], None]]:
    """Return what the site answers, by path."""
    packed = bomb()
    noise = random.Random(1).randbytes(20_000)  # noqa: S311 (no secret)
    return {
        "/empty.html": content(b"", "text/html"),
        "/cut.jpg": content(picture("JPEG")[:3_000], "image/jpeg"),
        "/cut.png": content(picture("PNG")[:3_000], "image/png"),
        "/bomb.html": content(packed, "text/html", headers={"Content-Encoding": "gzip"}),
        "/bomb.gz": content(packed, "application/gzip"),
        "/charset.html": page(copy_of(words), encoding="gb18030", declared="utf-8"),
        "/binary.html": content(b"\x7fELF\x02\x01\x01\0" + noise, "text/html"),
        "/deep.html": page("<div>" * 10_000 + "x" + "</div>" * 10_000),
        "/vast.png": content(vast_png(), "image/png"),
        "/lying.html": lying_length(b"<p>short", 100_000),
        "/chunks.html": broken_chunks(),
        "/broken.html": status(500, b"oops"),
        "/loop.html": redirect("/pool.html"),
        "/pool.html": redirect("/loop.html"),
        "/copy.html": page(copy_of(words)),
    }


def index_of(paths: Mapping[str, object]) -> str:
    # Who links both ends of a loop has both visited already, and neither is news.
    links = "".join(
        f'<img src="{path}">' if path.endswith(("jpg", "png")) else f'<a href="{path}">{path}</a>'
        for path in paths
        if path != "/pool.html"
    )
    return f"<title>Garbage</title>{links}"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("garbage")
    program = Program(folder)
    words = shipped_content().texts[0].words[:12_000]
    (folder / "三国.txt").write_text(words, "utf-8")
    facts = ("--kind", "literature", "--holder", "Holder", "--data", str(folder / "data"))
    assert program.run("works", "add", "三国.txt", *facts).code == 0
    routes = garbage(words)
    with Site({**routes, "/": page(index_of(routes))}) as site:
        yield crawled(program, site, folder / "data")


def crawled(program: Program, site: Site, data: Path) -> Outcome:
    # A link to an archive isn't followed; whoever asks for it gets it.
    places = (site.url(), site.url("/bomb.gz"))
    options = ("--allow", site.host, "--delay", "0", "--data", str(data), "--json")
    process = program.start("crawl", *places, *options)
    peak = 0
    while process.poll() is None:
        peak = max(peak, *map(resident_bytes, (process.pid, *program.processes())))
        time.sleep(0.1)
    ended = program.end(process)
    records = open_store(StoreLocation(data)).records
    start = len(site.url()) - 1
    return Outcome(
        ended,
        {one.record.url[start:]: one.record for one in scan(records, Query(Sighting))},
        frozenset(one.record.url[start:] for one in scan(records, Query(Match))),
        tuple(one.record for one in scan(records, Query(Case))),
        frozenset(one.record.url[start:] for one in scan(records, Query(CaseUrl))),
        peak,
    )


def test_the_crawl_goes_on_to_its_end(outcome: Outcome) -> None:
    assert outcome.ended.code == 0, outcome.ended.err
    assert outcome.ended.object["finished"]
    assert "Traceback" not in outcome.ended.err


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("/empty.html", {"nothing_to_print"}),
        ("/cut.jpg", {"undecodable"}),
        ("/cut.png", {"undecodable"}),
        ("/bomb.html", {"body_too_large"}),
        ("/bomb.gz", {"too_large"}),
        ("/deep.html", {"too_large"}),
        ("/vast.png", {"too_large"}),
        ("/lying.html", {"broken_body"}),
        ("/chunks.html", {"broken_body"}),
        ("/broken.html", {"http_500"}),
        ("/pool.html", {"redirect_loop"}),
    ],
)
def test_garbage_leaves_its_reason_on_record(outcome: Outcome, path: str, codes: set[str]) -> None:
    failure = outcome.sightings[path].failure
    assert failure is not None
    assert failure.code in codes
    assert failure.reason


def test_nothing_else_fails(outcome: Outcome) -> None:
    read = {path for path, one in outcome.sightings.items() if one.failure is None}
    assert read == {"/", "/binary.html", "/charset.html", "/copy.html"}
    assert outcome.sightings["/binary.html"].modalities == ("app",)
    assert "text" in outcome.sightings["/copy.html"].modalities


def test_copies_among_the_garbage_are_filed(outcome: Outcome) -> None:
    assert outcome.matched == outcome.filed == {"/charset.html", "/copy.html"}
    (case,) = outcome.cases
    assert case.title == "三国"
    assert case.url_count == 2


def test_memory_stays_bounded(outcome: Outcome) -> None:
    assert 0 < outcome.peak_bytes < _MOST_BYTES
