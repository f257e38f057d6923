"""XML: read as far as it goes, never further than allowed."""

from __future__ import annotations

import io

import pytest

from fingerprints.document.xml import End, Start, events
from fingerprints.errors import TooLarge, Undecodable

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><lolz>&b;</lolz>"""
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


def text(content: bytes, depth_limit: int = 100) -> str:
    return "".join(one for one in events(io.BytesIO(content), depth_limit) if isinstance(one, str))


def test_names_without_namespaces() -> None:
    content = b'<a:b xmlns:a="urn:x" a:c="1"><d e="2"/>text</a:b>'
    assert list(events(io.BytesIO(content), 9)) == [
        Start("b", {"c": "1"}),
        Start("d", {"e": "2"}),
        End("d"),
        "text",
        End("b"),
    ]


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "gb2312", "gbk", "big5", "gb18030", "no-such"]
)
def test_charsets(charset: str) -> None:
    story = "話說天下大勢" if charset == "big5" else "话说天下大势"
    written = "utf-8" if charset in {"utf-8-sig", "no-such"} else charset
    declaration = f'<?xml version="1.0" encoding="{written}"?>\n'
    content = (declaration + f"<a>{story}</a>").encode("utf-8" if charset == "no-such" else charset)
    assert text(content) == story


def test_what_no_charset_is() -> None:
    for odd in ("hex", "idna", "utf-16", "zip"):
        assert text(f'<?xml version="1.0" encoding="{odd}"?><a>text</a>'.encode()) == "text"


@pytest.mark.parametrize("content", [BILLION_LAUGHS, OUTSIDE])
def test_entities_of_its_own_are_refused(content: bytes) -> None:
    with pytest.raises(Undecodable, match="entities"):
        text(content)


def test_entities_of_html_are_passed_over() -> None:
    assert text(b"<a>x&nbsp;y&eacute;z&amp;</a>") == "x yz&"


def test_what_breaks_is_read_up_to_there() -> None:
    assert text(b"<a><b>one</b><b>two</c><b>three") == "onetwo"
    assert text(b"<a>cut sho") == "cut sho"
    with pytest.raises(Undecodable):
        text(b"no markup")
    with pytest.raises(Undecodable):
        text(b"")


def test_depth() -> None:
    assert text(b"<a>" * 100 + b"x") == "x"
    with pytest.raises(TooLarge, match="markup_depth"):
        text(b"<a>" * 101 + b"x")


def test_a_tag_without_end() -> None:
    with pytest.raises(Undecodable, match="without end"):
        text(b"<a><b c='" + b"x" * (4 << 20))
