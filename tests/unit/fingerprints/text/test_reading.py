"""Reading: charsets by evidence, pages by their look, other formats refused."""

from __future__ import annotations

import io

import pytest

from fingerprints.contract import Limits
from fingerprints.errors import TooLarge, Undecodable
from fingerprints.text import read_text

CHINESE = (
    "话说天下大势，分久必合，合久必分。周末七国分争，并入于秦。及秦灭之后，楚、汉分争，又并入于汉。"
)
TAIWAN = (
    "話說天下大勢，分久必合，合久必分。周末七國分爭，併入於秦。及秦滅之後，楚、漢分爭，又併入於漢。"
)
ENGLISH = "It is a truth universally acknowledged, that a single man must be in want of a wife. "
FRENCH = "L'été dernier, à la fenêtre du café, un garçon très naïf répétait: où êtes-vous? "
JAPANESE = "これは日本語の文章です。文字コードの判定を確かめるために書かれています。"
KOREAN = "한국어 문장입니다. 문자 집합을 가려내는지 확인하기 위한 글입니다. "
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая несчастлива по-своему. "

DECLARATIONS = [
    None,
    "text/plain",
    *(
        f"text/plain; charset={name}"
        for name in ("utf-8", "gbk", "big5", "iso-8859-1", "utf-16le", "no-such", "hex")
    ),
]


def read(data: bytes, media_type: str | None = None, limits: Limits | None = None) -> str:
    return read_text(io.BytesIO(data), limits=limits or Limits(), media_type=media_type)


@pytest.mark.parametrize("declared", DECLARATIONS)
@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "utf-32"),
        (TAIWAN, "big5"),
        (TAIWAN, "gb18030"),
        (TAIWAN, "utf-16-be"),
        (ENGLISH, "ascii"),
        (ENGLISH, "utf-16-le"),
        (FRENCH, "cp1252"),
        (JAPANESE, "cp932"),
        (KOREAN, "cp949"),
        (RUSSIAN, "cp1251"),
    ],
)
def test_clear_evidence_beats_any_declaration(
    text: str, charset: str, declared: str | None
) -> None:
    assert read(text.encode(charset), declared) == text


def test_a_declaration_decides_where_evidence_does_not() -> None:
    data = JAPANESE.encode("euc_jp")
    assert read(data, "text/plain; charset=EUC-JP") == JAPANESE
    page = b"<html><meta charset='euc-jp'><p>" + data
    assert read(page, "text/html") == JAPANESE


def test_a_little_damage_is_not_another_charset() -> None:
    data = (CHINESE * 20).encode()
    assert read(data[:500] + b"\xff" + data[501:]).count("\ufffd") <= 4


def test_nearly_all_ascii_is_not_utf_16() -> None:
    page = ("<p>" + ENGLISH * 40 + "f\u00fcr\x95\x01\x02").encode("latin-1", "replace")
    assert ENGLISH.strip() in read(page, "text/html; charset=iso-8859-1")
    assert ENGLISH.strip() in read(page)


def test_reversed_writing_is_put_right() -> None:
    assert read("床前\u202e光月明\u202c疑是".encode()) == "床前明月光疑是"
    assert read("床前<bdo dir=rtl>光月明</bdo>疑是".encode(), "text/html") == "床前明月光疑是"


@pytest.mark.parametrize(
    ("data", "declared", "seen"),
    [
        ("<p>床<b>前", "text/html", "床前"),
        ("<p>床<b>前", "application/xhtml+xml; charset=utf-8", "床前"),
        ("\n<!DOCTYPE html>\n<p>床<b>前", "text/plain", "床前"),
        ("<?xml version='1.0'?>\n<html><p>床前</html>", None, "床前"),
        ("&#x5e8a;&#21069;", "text/html", "床前"),
        ("床\n\n 前 < 明", "text/html", "床\n\n 前 < 明"),
        ("他写 <b>床前</b>", "text/plain", "他写 <b>床前</b>"),
    ],
)
def test_what_is_read_as_a_page(data: str, declared: str | None, seen: str) -> None:
    assert read(data.encode(), declared) == seen


@pytest.mark.parametrize("declared", ["text/html", "text/plain; charset=gbk", None])
@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n", b"PK\x03\x04rest", b"\xff\xd8\xff\xe0", bytes(500), bytes(range(256)) * 9],
    ids=["PDF", "ZIP", "JPEG", "zeros", "all bytes"],
)
def test_other_formats_are_refused(data: bytes, declared: str | None) -> None:
    with pytest.raises(Undecodable):
        read(data, declared)


def test_limits_are_kept() -> None:
    data = CHINESE.encode()
    assert read(data, limits=Limits(input_bytes=len(data), text_characters=len(CHINESE)))
    with pytest.raises(TooLarge, match="input_bytes"):
        read(data, limits=Limits(input_bytes=len(data) - 1))
    with pytest.raises(TooLarge, match="text_characters"):
        read(data, limits=Limits(text_characters=len(CHINESE) - 1))
