"""The demonstration's content is real, its disguises change it, its sites hang together."""

from __future__ import annotations

import importlib.util
import re
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from console.demo.content import content_of, shipped_content
from console.demo.disguise import PICTURE_DISGUISES, TEXT_DISGUISES
from console.demo.errors import ContentMissing, ContentUnreadable
from console.demo.prose import chapters_of, prose, runs
from console.demo.sites.innocent import sentence_of
from console.demo.world import sites_of, works_of
from index.documents import WorkKind

if TYPE_CHECKING:
    from pathlib import Path

    from console.demo.content import Content
    from console.demo.disguise import PictureDisguise, TextDisguise
    from console.demo.sites import Resource, Site

_SAME_WORDS = 40


@pytest.fixture(scope="module")
def content() -> Content:
    return shipped_content()


@pytest.fixture(scope="module")
def sites(content: Content) -> dict[str, Site]:
    return {site.name: site for site in sites_of(content)}


def _bare(words: str) -> str:
    return re.sub(r"\W", "", words)


def test_the_novel_is_whole_and_its_chapters_are_found(content: Content) -> None:
    chapters = chapters_of(content.texts[0].words)
    assert len(chapters) == 120
    assert chapters[0].title.startswith("第一回 宴桃园豪杰三结义")
    assert all(sum(map(len, chapter.paragraphs)) > 1_000 for chapter in chapters)


def test_pictures_can_be_decoded(content: Content) -> None:
    for picture in (*content.pictures, *content.innocent_pictures):
        with Image.open(BytesIO(picture.content)) as image:
            image.load()
            assert min(image.size) >= 300, picture.title


def test_works_are_the_texts_and_pictures_and_nothing_innocent(content: Content) -> None:
    works = works_of(content)
    kinds = [work.category for work in works]
    assert kinds == [WorkKind.LITERATURE] + [WorkKind.IMAGE] * len(content.pictures)
    innocent = {text.title for text in content.innocent_texts}
    innocent |= {picture.title for picture in content.innocent_pictures}
    assert not innocent & {work.title for work in works}
    assert len({work.content for work in works}) == len(works)


def test_innocent_texts_share_no_passage_with_the_works(content: Content) -> None:
    book = _bare(content.texts[0].words)
    passages = {book[at : at + _SAME_WORDS] for at in range(len(book) - _SAME_WORDS)}
    for text in content.innocent_texts:
        words = _bare(text.words)
        assert len(words) > 500, text.title
        mine = {words[at : at + _SAME_WORDS] for at in range(len(words) - _SAME_WORDS)}
        assert not mine & passages, text.title


def test_a_missing_dependency_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "skimage" else find(name)
    )
    with pytest.raises(ContentMissing, match="skimage"):
        shipped_content()


def test_prose_leaves_code_and_markup_out() -> None:
    document = """# Title\n\n[![badge](http://a/b.svg)](http://a)\n\n```python\nimport this\n```
\nA paragraph with a [link](http://example.com) and `code` that is long enough to be kept.\n
    indented code that is long enough to be kept if it were prose\n"""
    assert prose(document) == ("A paragraph with a link and code that is long enough to be kept.")


def test_a_text_without_headings_is_split_into_even_parts() -> None:
    paragraphs = [f"{n}" * 200 for n in range(1, 10)] * 10
    chapters = chapters_of("\n\n".join(paragraphs))
    assert len(chapters) > 3
    assert [p for chapter in chapters for p in chapter.paragraphs] == paragraphs


def test_a_table_of_contents_and_a_preface_do_no_harm() -> None:
    words = "All rights reserved.\n第一章 甲\n第二章 乙\n\n第一章 甲\n走。\n第二章 乙\n来。\n"
    assert [(each.title, each.paragraphs) for each in chapters_of(words)] == [
        ("前言 Preface", ("All rights reserved.",)),
        ("第一章 甲", ("走。",)),
        ("第二章 乙", ("来。",)),
    ]


def test_runs_keep_every_paragraph_in_order() -> None:
    paragraphs = tuple(letter * (n * 37 % 400 + 1) for n, letter in enumerate("abcdefghijkl"))
    grouped = runs(paragraphs, most=500)
    assert tuple(p for run in grouped for p in run) == paragraphs
    assert len(grouped) > 1


@pytest.mark.parametrize("trick", TEXT_DISGUISES[1:], ids=lambda trick: trick.name)
def test_a_text_trick_changes_the_words_and_always_the_same_way(
    trick: TextDisguise, content: Content
) -> None:
    paragraphs = chapters_of(content.texts[0].words)[1].paragraphs
    plain = TEXT_DISGUISES[0].apply(paragraphs, seed="a")
    once, again = trick.apply(paragraphs, seed="a"), trick.apply(paragraphs, seed="a")
    assert once == again
    assert once != plain
    assert len(once) == len(plain)


@pytest.mark.parametrize("trick", PICTURE_DISGUISES, ids=lambda trick: trick.name)
def test_a_picture_trick_changes_the_bytes_and_always_the_same_way(
    trick: PictureDisguise, content: Content
) -> None:
    original = content.pictures[0].content
    once, again = trick.apply(original, seed="a"), trick.apply(original, seed="a")
    assert once == again
    assert once.content != original
    with Image.open(BytesIO(once.content)) as image:
        assert image.get_format_mimetype() == once.media_type


def test_a_crop_takes_a_fifth_at_most(content: Content) -> None:
    crop = next(trick for trick in PICTURE_DISGUISES if trick.name == "cropped")
    for picture in content.pictures:
        with (
            Image.open(BytesIO(picture.content)) as before,
            Image.open(BytesIO(crop.apply(picture.content, seed=picture.title).content)) as after,
        ):
            kept = after.width * after.height / (before.width * before.height)
        assert 0.79 <= kept <= 0.89


def test_every_trick_is_played_somewhere(content: Content, sites: dict[str, Site]) -> None:
    shown = {body.body for body in sites["gallery"].resources.values()}
    for trick in PICTURE_DISGUISES:
        made = {trick.apply(p.content, seed=p.title).content for p in content.pictures}
        assert made & shown, trick.name


def _links(site: Site) -> dict[str, set[str]]:
    """Return, by page, the paths that it names."""
    return {
        path: {urlsplit(urljoin(f"http://here{path}", link)).path for link in _named(resource)}
        for path, resource in site.resources.items()
        if resource.content_type.startswith("text/html")
    }


def _named(page: Resource) -> set[str]:
    tree = LexborHTMLParser(page.body.decode("utf-8", "replace"))
    names = {
        value
        for node in tree.css("a, img, link, form, meta[property='og:image']")
        for key in ("href", "src", "data-src", "action", "content")
        if (value := node.attributes.get(key))
    }
    for node in tree.css("[srcset]"):
        names |= {each.split()[0] for each in (node.attributes["srcset"] or "").split(",")}
    return {name for name in names if not name.startswith(("data:", "#", "javascript:"))}


@pytest.mark.parametrize("name", ["novel", "gallery", "innocent", "licensed"])
def test_links_resolve_but_for_the_deliberately_broken(sites: dict[str, Site], name: str) -> None:
    site = sites[name]
    linked = set().union(*_links(site).values())
    assert linked - set(site.resources) <= site.broken
    assert site.broken <= linked
    reached = _reached(site)
    assert set(site.resources) - reached <= {"/robots.txt"}


def _reached(site: Site) -> set[str]:
    links, reached, ahead = _links(site), set[str](), {"/"}
    while ahead:
        path = ahead.pop()
        reached.add(path)
        ahead |= links.get(path, set()) - reached
    return reached


@pytest.mark.parametrize("name", ["novel", "gallery"])
def test_a_forbidden_path_holds_a_copy_and_is_only_linked(
    sites: dict[str, Site], name: str
) -> None:
    site = sites[name]
    held = {path for path, it in site.resources.items() if it.carries and not site.allows(path)}
    assert held
    assert held <= set().union(*_links(site).values())
    robots = site.resources["/robots.txt"].body.decode()
    assert all(f"Disallow: {prefix}" in robots for prefix in site.forbidden)


def test_chapters_run_over_pages_and_end_in_the_catalogue(sites: dict[str, Site]) -> None:
    pages = sites["novel"].resources
    path, passed = "/book/1/1.html", []
    while path.endswith(".html"):
        passed.append(path)
        body = pages[path].body
        text = body.decode("utf-8" if _is_utf_8(body) else "gb18030")
        onward = re.search(r'<a href="([^"]+)">下一[页章]', text)
        path = onward[1] if onward else "/book/1/"
    assert path == "/book/1/"
    assert len([each for each in passed if "_" in each]) >= 12
    assert set(passed) == {each for each in pages if re.match(r"/book/1/\d{1,2}(_\d)?\.html", each)}


def test_pages_in_gb18030_decode_and_one_lies_about_it(sites: dict[str, Site]) -> None:
    site = sites["novel"]
    tricky = [
        (path, page)
        for path, page in site.resources.items()
        if path.startswith("/book/1/") and page.body and not _is_utf_8(page.body)
    ]
    assert len(tricky) > 12
    assert all("演示书屋" in page.body.decode("gb18030") for _, page in tricky)
    liars = {path for path, page in tricky if "utf-8" in page.content_type}
    assert liars == site.broken & set(site.resources) - {"/book/1/999.html"}
    assert any(b"charset" not in page.body and "=" not in page.content_type for _, page in tricky)


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_the_download_is_part_of_the_book_in_gb18030(
    content: Content, sites: dict[str, Site]
) -> None:
    words = sites["novel"].resources["/txt/book/1.txt"].body.decode("gb18030")
    assert len(words) > 50_000
    assert chapters_of(content.texts[0].words)[20].paragraphs[3] in words


def test_broken_things_are_broken(sites: dict[str, Site]) -> None:
    cut = sites["gallery"].resources["/uploads/cut-short.jpg"].body
    with pytest.raises(OSError, match="truncated"), Image.open(BytesIO(cut)) as image:
        image.load()
    assert sites["novel"].resources["/book/1/999.html"].body == b""


def test_the_innocent_site_carries_nothing_but_names_and_quotes_the_novel(
    content: Content, sites: dict[str, Site]
) -> None:
    novel, site = content.texts[0], sites["innocent"]
    quoted = sentence_of(novel.words)
    assert len(quoted) < _SAME_WORDS
    assert quoted in novel.words
    review = site.resources["/review/1.html"].body.decode()
    assert quoted in review
    assert novel.title in review
    assert site.carries == frozenset()


def test_each_site_carries_what_it_was_made_of(content: Content, sites: dict[str, Site]) -> None:
    pictures = {picture.title for picture in content.pictures}
    assert sites["novel"].carries == {content.texts[0].title}
    assert sites["gallery"].carries == pictures
    assert sites["licensed"].carries > {content.texts[0].title}
    assert sites["licensed"].carries - {content.texts[0].title} < pictures


def test_a_folder_replaces_the_content(tmp_path: Path, content: Content) -> None:
    text, picture = content.innocent_texts[0], content.innocent_pictures[0]
    (tmp_path / "notes.txt").write_bytes(text.words.encode("gb18030"))
    (tmp_path / picture.filename).write_bytes(picture.content)
    (tmp_path / "ignored.bin").write_bytes(b"?")
    replaced = content_of(tmp_path)
    works = works_of(replaced)
    assert [work.title for work in works] == ["notes", picture.filename.rsplit(".")[0]]
    assert works[0].content.decode() == text.words
    carried = {site.name: site.carries for site in sites_of(replaced)}
    assert carried["novel"] == {"notes"}
    assert carried["gallery"] == {works[1].title}


def test_a_folder_of_pictures_alone_will_do(tmp_path: Path, content: Content) -> None:
    picture = content.innocent_pictures[0]
    (tmp_path / picture.filename).write_bytes(picture.content)
    (tmp_path / "innocent").mkdir()
    replaced = content_of(tmp_path)
    assert not replaced.texts
    assert not replaced.innocent_texts
    assert {site.name: len(site.carries) for site in sites_of(replaced)} == {
        "novel": 0,
        "gallery": 1,
        "innocent": 0,
        "licensed": 1,
    }


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(ContentUnreadable, match=r"broken\.png"):
        content_of(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(ContentMissing, match=re.escape(str(tmp_path))):
        content_of(tmp_path)
