"""`marque works`: the registry of what is protected."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli import failures
from console.cli.batch import answers, progress
from console.cli.house import House, common_options, pass_house
from console.cli.lookback import look_back
from console.cli.speech import add_row, say_line, table
from console.files import FileToRegister, Registered, RegistrarSource
from fingerprints.modalities import DIGEST
from index.contract import Query
from index.documents import Work, WorkKind, folded
from index.identifiers import identifier
from index.registration import WorkFacts, readable_name, withdraw
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_KINDS = click.Choice([kind.value for kind in WorkKind])
_COLUMNS = ("file", "kind", "title", "holder")
_CSV_ENCODINGS = ("utf-8-sig", "gb18030")
_LISTS = ("aliases", "creators")


@click.group("works")
def command() -> None:
    """Register works · 登记作品."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--kind", type=_KINDS, required=True, help="Kind of work · 作品类别")
@click.option("--title", help="Title; without it each file is a work named by itself · 作品名称")
@click.option("--holder", required=True, help="Rights holder · 权利人")
@click.option("--alias", "aliases", multiple=True, help="Other title · 别名")
@click.option("--creator", "creators", multiple=True, help="Author · 作者")
@click.option("--identifier", "identifiers", multiple=True, metavar="SCHEME:VALUE", help="编号")
@common_options
@pass_house
def add(house: House, /, files: tuple[Path, ...], title: str | None, **facts: Any) -> int:
    """Register works; several files with one title are one work · 登记作品；同名文件归入同一作品.

    A folder stands for the files in it · 目录代表其中的全部文件.
    """
    numbers = tuple(identifier(*_split(one)) for one in facts.pop("identifiers"))
    category = WorkKind(facts.pop("kind"))
    if not facts["holder"].strip():
        raise click.UsageError("a work has a holder · 权利人不能为空")
    found = list(files_in(files))
    if not found:
        raise click.UsageError("no files there · 没有文件")
    titles = _titles(found, files)
    return _register(
        house,
        [
            FileToRegister(
                path=path.absolute(),
                facts=WorkFacts(
                    category=category, title=title or titles[path], identifiers=numbers, **facts
                ),
                actor=house.settings.actor,
            )
            for path in found
        ],
    )


@command.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common_options
@pass_house
def import_(house: House, table: Path) -> int:
    """Register works from a CSV: file, kind, title, holder, … · 从 CSV 批量登记.

    Further columns: aliases, creators (separated by |), and identifiers by their scheme (isbn …).
    Paths are relative to the table · 文件路径相对于表格所在目录.
    """
    rows = csv.DictReader(io.StringIO(_read(table), newline=""), restval="")
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        there = ", ".join(rows.fieldnames or ())
        raise click.UsageError(f"{table}: no column {', '.join(missing)}; found {there} · 缺少列")
    return _register(
        house, [_row(house, table, number, row) for number, row in enumerate(rows, start=2)]
    )


@command.command("list")
@click.option("--kind", type=_KINDS, help="Kind of work · 作品类别")
@click.option("--holder", help="Rights holder · 权利人")
@common_options
@pass_house
def list_(house: House, kind: str | None, holder: str | None) -> None:
    """List works · 列出作品."""
    where = {name: value for name, value in (("category", kind), ("holder", holder)) if value}
    rows = table(
        house,
        ("Work", "作品"),
        ("Title", "名称"),
        ("Kind", "类别"),
        ("Holder", "权利人"),
        ("Media", "样本"),
        ("Registered", "登记时间"),
    )
    for stored in scan(house.store.records, Query(Work, where, order="-registered_at")):
        work = stored.record
        if house.as_json:
            house.emit(work.model_dump(mode="json"))
        add_row(
            rows,
            work.id,
            work.title,
            work.category.value,
            work.holder,
            str(len({medium.sha256 for medium in work.media})),
            f"{work.registered_at:%Y-%m-%d %H:%M}",
        )
    if not house.as_json:
        house.out.print(rows)


@command.command()
@click.argument("work")
@common_options
@pass_house
def show(house: House, work: str) -> None:
    """Show a work · 显示作品."""
    records = house.store.records
    found = records.get(Work, records.resolve(Work, work)).record
    if house.as_json:
        house.emit(found.model_dump(mode="json"))
        return
    rows = table(house, ("Field", "字段"), ("Value", "内容"))
    for name, meaning in Work.meanings().items():
        if name != "media":
            value = getattr(found, name)
            shown = ", ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
            add_row(rows, house.say(meaning.english, meaning.chinese), shown)
    for medium in found.media:
        add_row(rows, medium.modality, f"{medium.filename} ({medium.media_type}, {medium.sha256})")
        for fact in medium.facts:
            add_row(rows, "", fact)
    house.out.print(rows)


@command.command()
@click.argument("works", nargs=-1, metavar="[WORK]...")
@common_options
@pass_house
def rematch(house: House, works: tuple[str, ...]) -> None:
    """Match works, all by default, with what was seen before · 与既往采集内容重新比对.

    `works add` does it by itself; this is for what was cut short.
    """
    records = house.store.records
    ids = [records.resolve(Work, work) for work in works]
    chosen = [records.get(Work, id).record for id in ids] or [
        stored.record for stored in scan(records, Query(Work))
    ]
    found = look_back(house, chosen)
    if house.as_json:
        house.emit({"works": len(chosen), "matches": found})
    elif not found:
        house.note("nothing new", "没有新的匹配")


@command.command()
@click.argument("work")
@common_options
@pass_house
def remove(house: House, work: str) -> None:
    """Take a work out of the registry; cases stay · 移出登记；已有案件保留."""
    id = house.store.records.resolve(Work, work)
    gone = withdraw(house.store, id, actor=house.settings.actor)
    if house.as_json:
        house.emit({"work_id": gone.id, "removed": True})
    else:
        house.note(f"{gone.title} is removed", f"《{gone.title}》已移出登记")


def _register(house: House, files: Sequence[FileToRegister]) -> int:
    """Register the files and print a line a work; return the exit code."""
    started = time.monotonic()
    works: dict[str, Work] = {}
    took: dict[str, float] = defaultdict(float)
    failed = False
    house.settings.data.mkdir(parents=True, exist_ok=True)
    with progress(house, house.say("registering", "登记中")) as bar:
        task = bar.add_task("", total=len(files))
        for answer in _registered(house, files):
            bar.advance(task)
            if answer.work is None:
                failed = True
                _complain(house, answer)
                continue
            works[answer.work.id] = answer.work
            took[answer.work.id] += time.monotonic() - started
            started = time.monotonic()
    house.store.fingerprints.tidy()
    for work in works.values():
        _print(house, work, took[work.id])
    look_back(house, works.values())
    return failures.USAGE if failed else failures.OK


def _registered(house: House, files: Sequence[FileToRegister]) -> Iterator[Registered]:
    return answers(
        files,
        RegistrarSource(house.location, house.limits.files),
        Registered.refused,
        takes=FileToRegister,
        gives=Registered,
        jobs=house.settings.jobs,
        limits=house.limits,
    )


def _complain(house: House, answer: Registered) -> None:
    if house.as_json:
        house.emit({"path": str(answer.path), "error": answer.error, "reason": answer.reason})
    else:
        house.note(
            f"{answer.path}: not registered, {answer.error} ({answer.reason})",
            f"{answer.path}：未登记，{answer.error}（{answer.reason}）",
        )


def _print(house: House, work: Work, seconds: float) -> None:
    parts = sum(medium.parts for medium in work.media if medium.modality != DIGEST)
    if house.as_json:
        house.emit(
            {
                "work_id": work.id,
                "title": work.title,
                "kind": work.category.value,
                "parts": parts,
                "seconds": round(seconds, 3),
            }
        )
    else:
        say_line(house, f"{work.id}  {work.title}")


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files named, and for a folder all in it that are not hidden, in order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one
                for one in path.rglob("*")
                if one.is_file()
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            )
        else:
            yield path


def _titles(found: Sequence[Path], roots: Sequence[Path]) -> dict[Path, str]:
    """Name works by the paths of their files below the folders given.

    Where these recur but for their endings, with the ending: two files are never one work by
    accident.
    """
    below = {
        path: next((path.relative_to(root) for root in roots if root in path.parents), None)
        or Path(path.name)
        for path in found
    }
    plain = {path: str(_without_ending(name)) for path, name in below.items()}
    recurring = Counter(folded(name) for name in plain.values())
    return {
        path: readable_name(name if recurring[folded(name)] == 1 else str(below[path]))
        for path, name in plain.items()
    }


def _without_ending(name: Path) -> Path:
    bare = name.with_suffix("")
    return bare.with_suffix("") if bare.suffix.lower() == ".tar" else bare


def _read(table: Path) -> str:
    """Return a table's text, as Excel saves it: UTF-8, UTF-16 or, in China, GB 18030."""
    raw = table.read_bytes()
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else _CSV_ENCODINGS
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.UsageError(f"{table} is no text · 不是文本文件")


def _row(house: House, table: Path, number: int, row: dict[str, str]) -> FileToRegister:
    where = f"{table}, row {number} · 第 {number} 行"
    try:
        category = WorkKind(row["kind"].strip())
    except ValueError as error:
        kinds = ", ".join(WorkKind)
        raise click.UsageError(f"{where}: kind {row['kind']!r}; known: {kinds}") from error
    if not row["file"].strip() or not row["holder"].strip():
        raise click.UsageError(f"{where}: file or holder is empty · 文件或权利人为空")
    return FileToRegister(
        path=(table.parent / row["file"]).absolute(),
        facts=WorkFacts(
            category=category,
            title=row["title"] or Path(row["file"]).stem,
            holder=row["holder"],
            identifiers=tuple(
                identifier(name, value)
                for name, value in row.items()
                if name and value and name not in (*_COLUMNS, *_LISTS)
            ),
            **{name: _listed(row.get(name)) for name in _LISTS},
        ),
        actor=house.settings.actor,
    )


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (value or "").split("|") if one.strip())


def _split(value: str) -> tuple[str, str]:
    scheme, colon, number = value.partition(":")
    if not colon:
        raise click.UsageError(f"{value!r} is not SCHEME:VALUE · 编号应写作 类型:值")
    return scheme, number
