"""`marque index`: where documents and fingerprints are, and what they are found by."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import click

from console.cli.house import House, common_options, pass_house
from console.cli.renewal import renew
from console.cli.speech import add_row, table
from index.store import open_upkeep

_CHANGES: Final = {
    "made": ("made", "已新建"),
    "renewed": ("renewed", "已更新"),
    "kept": ("as it should be", "无需更新"),
}


@click.group("index")
def command() -> None:
    """Where documents are and fingerprints are found by · 文档与指纹索引."""


@command.command()
@common_options
@pass_house
def migrate(house: House) -> None:
    """Make what is missing and renew what an older version wrote · 新建缺少的索引，更新旧版索引.

    Searches go on meanwhile; writers wait for the index that is being renewed.
    """
    for done in open_upkeep(house.location).migrate():
        if house.as_json:
            house.emit(asdict(done))
        else:
            house.note(*(f"{done.name}: {words}" for words in _CHANGES[done.change]))


@command.command()
@common_options
@pass_house
def stats(house: House) -> None:
    """What is stored, and how much of it · 存储情况."""
    found = open_upkeep(house.location).stats()
    if house.as_json:
        for one in found:
            house.emit(asdict(one))
        return
    rows = table(
        house, ("Index", "索引"), ("Documents", "文档数"), ("Bytes", "字节"), ("Segments", "段数")
    )
    for one in found:
        facts = (one.documents, one.size_bytes, one.segments)
        add_row(rows, one.name, *("" if fact is None else f"{fact:,}" for fact in facts))
    house.out.print(rows)


@command.command()
@click.option(
    "--media", is_flag=True, help="Print anew what older versions printed · 重新提取旧版指纹"
)
@common_options
@pass_house
def rebuild(house: House, *, media: bool) -> None:
    """Make the index anew from the stored fingerprints · 用已存指纹重建索引.

    With --media, files whose prints are of another version of this program are read again.
    """
    renewed = renew(house) if media else {}
    if not media:
        house.store.fingerprints.rebuild()
    if house.as_json:
        house.emit({"rebuilt": True, **renewed})
    elif media:
        house.note(
            f"printed anew: {renewed['works']} files of works, {renewed['sightings']} sightings",
            f"已重新提取：作品文件 {renewed['works']} 个，线索 {renewed['sightings']} 条",
        )
    else:
        house.note("The index is made anew.", "索引已重建。")
