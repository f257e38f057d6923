from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from console import url_lists
from console.url_lists import NotReadable, Refused, read

if TYPE_CHECKING:
    from pathlib import Path


def kept(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_lines_are_read_and_those_without_an_address_named(tmp_path: Path) -> None:
    found = read(
        kept(
            tmp_path,
            "complaints.txt",
            "# 投诉清单\r\n"
            "https://A.example/1?utm_source=x\r\n"
            "\r\n"
            "侵权链接：https://b.example/小说/1.html，请处理\r\n"
            "www.c.example/2\r\n"
            "不知道\r\n"
            "ftp://d.example/3\r\n"
            "https://a.example/1\r\n"
            "新域名.中国/x\r\n",
        )
    )
    assert found.urls == [
        "https://a.example/1",
        "https://b.example/%E5%B0%8F%E8%AF%B4/1.html",
        "http://www.c.example/2",
        "http://xn--eqrt2gf7p.xn--fiqs8s/x",
    ]
    assert found.refused == [
        Refused(6, "不知道", "no http(s) address", "没有网址"),
        Refused(7, "ftp://d.example/3", "no http(s) address", "没有网址"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_has_a_column_of_addresses(tmp_path: Path, encoding: str) -> None:
    table = (
        '编号,作品,侵权链接,备注\n1,三体,"https://a.example/1?x=1,2",见 https://no.example/\n'
        '2,三体,,没有\n3,"多行\n作品",https://b.example/3,\n4,三体,无,\n'
    )
    found = read(kept(tmp_path, "complaints.csv", table, encoding))
    assert found.urls == ["https://a.example/1?x=1,2", "https://b.example/3"]
    assert [(one.line, one.text) for one in found.refused] == [(6, "无")]


def test_a_table_without_titles_is_searched_line_by_line(tmp_path: Path) -> None:
    found = read(
        kept(tmp_path, "a.tsv", "1\thttps://a.example/1\n2\thttps://b.example/2\n3\tnone\n")
    )
    assert found.urls == ["https://a.example/1", "https://b.example/2"]
    assert [one.line for one in found.refused] == [3]


def test_thousands_of_lines_cost_little(tmp_path: Path) -> None:
    began = time.process_time()
    lines = "".join(f"https://a{number}.example/x\nnothing {number}\n" for number in range(20_000))
    found = read(kept(tmp_path, "a.txt", lines + "a." * 50_000 + "\n" + "http://" * 50_000))
    assert (len(found.urls), len(found.refused)) == (20_000, 20_002)
    assert time.process_time() - began < 20.0


def test_more_than_a_list_may_have_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(url_lists, "MOST_ADDRESSES", 2)
    found = read(kept(tmp_path, "a.txt", "".join(f"https://a.example/{n}\n" for n in range(9))))
    assert len(found.urls) == 2
    assert found.refused == [
        Refused(3, "https://a.example/2", "more than 2 addresses", "超过 2 个网址")
    ]


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe\xff\xff\x00")
    with pytest.raises(NotReadable, match="neither"):
        read(path)
