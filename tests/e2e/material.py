"""Small real content: a few pages of a novel, some photographs, and what resembles neither."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from console.demo.content import Content, Text, content_of, shipped_content

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from console.demo.world import DemoWork

_EXCERPT = 12_000


def small_content(folder: Path) -> Content:
    """Write an excerpt and two pictures as the demonstration's `--content`, and read them."""
    shipped = shipped_content()
    innocent = folder / "innocent"
    innocent.mkdir(parents=True)
    (folder / "三国.txt").write_text(shipped.texts[0].words[:_EXCERPT], "utf-8")
    for picture in (shipped.pictures[0], shipped.pictures[-1]):
        (folder / picture.filename).write_bytes(picture.content)
    write_texts(innocent, shipped.innocent_texts[:2])
    for picture in shipped.innocent_pictures[:2]:
        (innocent / picture.filename).write_bytes(picture.content)
    return content_of(folder)


def write_texts(folder: Path, texts: Iterable[Text]) -> None:
    """Write texts as files named by their titles."""
    for text in texts:
        (folder / f"{text.title}.txt").write_text(text.words, "utf-8")


def work_table(folder: Path, works: Sequence[DemoWork]) -> Path:
    """Write works and the table from which they are registered; return its path."""
    folder.mkdir(parents=True)
    table = folder / "works.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "kind", "title", "holder"))
        for work in works:
            (folder / work.filename).write_bytes(work.content)
            rows.writerow((work.filename, work.category.value, work.title, work.holder))
    return table
