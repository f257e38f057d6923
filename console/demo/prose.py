"""Running text out of documents: prose without markup or code, and chapters out of a book."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEAST_PARAGRAPH = 30
_PART_CHARACTERS = 3_000
_HEADING = re.compile(
    r"^[ \t\u3000]*(第[〇零一二三四五六七八九十百千\d]{1,8}[回章节卷集部][^\n]{0,40}"
    r"|chapter [\divxlc]{1,8}\b[^\n]{0,60})[ \t\u3000]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(
    r"^(?: {4,}|\t|\s*(?:>>>|\.\. |[|#<=]|\*\*Note|:\w+:|[-=*^]{3,}))[^\n]*$", re.MULTILINE
)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|\|[^|\n]+\|")
_LINKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|`([^`<]+) <[^>]*>`_{1,2}|<[^>\n]{1,200}>")
_MARKS = re.compile(r"[`*|~]+|:\w+:(?=`)|_{1,2}(?=\W|$)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its heading and its paragraphs, none of them empty."""

    title: str
    paragraphs: tuple[str, ...]


def prose(document: str) -> str:
    """Return the paragraphs of a Markdown or reStructuredText document that are prose."""
    running = _IMAGE.sub("", _CODE.sub("", _FENCED.sub("", document)))
    plain = _MARKS.sub("", _LINKS.sub(_label, running))
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", plain))
    return "\n\n".join(block for block in blocks if len(block) >= _LEAST_PARAGRAPH)


def _label(link: re.Match[str]) -> str:
    return link[1] or link[2] or ""


def paragraphs_of(words: str) -> tuple[str, ...]:
    """Return the lines that say something, without the blanks around them."""
    return tuple(line.strip() for line in words.splitlines() if line.strip())


def chapters_of(words: str) -> tuple[Chapter, ...]:
    """Split a text at its headings, or into even parts where it has none."""
    headings = list(_HEADING.finditer(words))
    if not headings:
        return _parts_of(paragraphs_of(words))
    ends = [*(heading.start() for heading in headings[1:]), len(words)]
    chapters = (
        Chapter("前言 Preface", paragraphs_of(words[: headings[0].start()])),
        *(
            Chapter(" ".join(heading[1].split()), paragraphs_of(words[heading.end() : end]))
            for heading, end in zip(headings, ends, strict=True)
        ),
    )
    # A table of contents is nothing but headings.
    return tuple(chapter for chapter in chapters if chapter.paragraphs)


def runs(paragraphs: tuple[str, ...], *, most: int) -> tuple[tuple[str, ...], ...]:
    """Group paragraphs into even stretches of about `most` characters or less."""
    total = sum(map(len, paragraphs))
    count = max(1, -(-total // most))
    groups: list[list[str]] = [[] for _ in range(count)]
    passed = 0
    for paragraph in paragraphs:
        groups[min(count - 1, (passed + len(paragraph) // 2) * count // max(1, total))].append(
            paragraph
        )
        passed += len(paragraph)
    return tuple(tuple(group) for group in groups if group)


def _parts_of(paragraphs: tuple[str, ...]) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(f"第{number}节 Part {number}", group)
        for number, group in enumerate(runs(paragraphs, most=_PART_CHARACTERS), start=1)
    )
