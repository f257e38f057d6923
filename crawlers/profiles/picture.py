"""Pictures of pages with what a profile reads there in boxes, each with its field's name."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from crawlers.profiles.form import GroupField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.browser.snapshot import Box
    from crawlers.profiles.reading import Reading
    from crawlers.spiders.pages import Page

MARK: Final = "data-marque-field"
"""The attribute that marks what was read, in a copy of the page that is only shown here."""
NAMES: Final = {
    "artist": "艺人",
    "author": "作者",
    "author_id": "作者编号",
    "body": "正文",
    "book": "书名",
    "catalogue": "目录",
    "category": "分类",
    "chapters": "章节",
    "comments": "评论数",
    "cover": "封面",
    "developer": "开发者",
    "downloads": "下载量",
    "email": "邮箱",
    "entries": "条目",
    "favourites": "收藏数",
    "files": "下载链接",
    "floor": "楼层",
    "intro": "简介",
    "likes": "点赞数",
    "media": "音视频",
    "members": "成员数",
    "next_chapter": "下一章",
    "next_page": "下一页",
    "package": "包名",
    "phone": "电话",
    "pictures": "图片",
    "posts": "帖子",
    "price": "价格",
    "published": "发布时间",
    "qq": "QQ",
    "size": "大小",
    "state": "状态",
    "telegram": "Telegram",
    "time": "时间",
    "title": "标题",
    "updated": "更新时间",
    "url": "链接",
    "version": "版本",
    "views": "浏览量",
    "wechat": "微信",
    "words": "字数",
}
"""Fields as people who read Chinese call them."""
_FONTS: Final = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
)
_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts")
_SIZE_PX: Final = 16
_LINE_PX: Final = 2
_WIDE: Final = 3
_COLOURS: Final = (
    "#d0021b",
    "#1565c0",
    "#2e7d32",
    "#ef6c00",
    "#6a1b9a",
    "#00838f",
    "#ad1457",
    "#5d4037",
)
_MOST_MARKS: Final = 400


def marked(page: Page, reading: Reading) -> str:
    """Return a page's markup with what was read of it marked: it is changed and of no other use."""
    for name, element in _few_marks(reading):
        before = element.attributes.get(MARK)
        element.attrs[MARK] = f"{before} {name}" if before else name
    return page.tree.html or ""


def _few_marks(reading: Reading) -> Iterator[tuple[str, LexborNode]]:
    """Yield what was read with its element, within bounds."""
    for count, pair in enumerate(_marks(reading)):
        if count == _MOST_MARKS:
            return
        yield pair


def drawn(screenshot: bytes, boxes: tuple[Box, ...], *, chinese: bool) -> bytes:
    """Return a screenshot with labelled boxes, as PNG. Raises `OSError` for what is no picture."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    pen = ImageDraw.Draw(picture, "RGBA")
    colours: dict[str, str] = {}
    for box in boxes:
        # What isn't shown has no size, nor do parts of it that stand elsewhere.
        if box.width < 1 or box.height < 1 or box.top > picture.height:
            continue
        if box.mark in colours:  # one name is enough for all that have its colour
            _frame(pen, box, colours[box.mark])
            continue
        colours[box.mark] = colour = _COLOURS[len(colours) % len(_COLOURS)]
        _frame(pen, box, colour)
        _name(pen, box, _label(box.mark, chinese=chinese), colour)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _marks(reading: Reading) -> Iterator[tuple[str, LexborNode]]:
    for name, field in reading.fields().items():
        if isinstance(field, GroupField):
            for item in reading.items(name):
                for key, found in item.items():
                    yield from ((f"{name}.{key}", one.element) for one in found if one.element)
        else:
            yield from ((name, one.element) for one in reading.found(name) if one.element)


def _frame(pen: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    edges = (box.left, box.top, box.left + box.width, box.top + box.height)
    pen.rectangle(edges, outline=colour, width=_LINE_PX, fill=f"{colour}14")


def _name(pen: ImageDraw.ImageDraw, box: Box, label: str, colour: str) -> None:
    font = _font()
    width = pen.textlength(label, font=font) + 2 * _LINE_PX
    height = _SIZE_PX + 2 * _LINE_PX
    # At the right, where lines rarely end; above the box where it would cover it.
    left = max(0.0, min(box.left + box.width, pen.im.size[0]) - width)
    is_wide = box.width >= _WIDE * width
    top = box.top if is_wide or box.top < height else box.top - height
    pen.rectangle((left, top, left + width, top + height), fill=colour)
    pen.text((left + _LINE_PX, top), label, fill="white", font=font)


def _label(mark: str, *, chinese: bool) -> str:
    """Return the names of fields, in Chinese where there is a font for it."""
    names = mark.split()
    if not chinese or not _font_file():
        return ", ".join(names)
    return "、".join(".".join(NAMES.get(part, part) for part in name.split(".")) for name in names)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    file = _font_file()
    return ImageFont.truetype(file, _SIZE_PX) if file else ImageFont.load_default(_SIZE_PX)


@cache
def _font_file() -> str | None:
    """Return a font with Chinese signs, None where none of the usual ones is installed."""
    folders = [*map(Path, _FOLDERS), Path.home() / ".fonts"]
    found = (file for name in _FONTS for one in folders for file in one.rglob(name))
    return next((str(file) for file in found), None)
