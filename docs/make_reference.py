"""Write docs/reference.md from the program itself: commands, settings, documents.

`python docs/make_reference.py` writes it, `--check` only says whether it is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli import match_lines
from console.cli.main import cli
from fingerprints.modalities import MODALITIES
from index.documents import RECORDS
from settings.schema import Settings
from settings.sources import meaning, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).parent / "reference.md"
_EVERYWHERE = frozenset({"as_json", "data", "language", "help"})
_OF_THE_MACHINE = {"actor": "the user's name", "jobs": "the number of cores", "data": "marque-data"}
_EXIT_CODES = (
    "0 ok · 1 internal · 2 usage · 3 a service is down · 4 not found · 5 conflict ·"
    " 10 `--fail-on-match` found one · 130 interrupted"
)
_PRECEDENCE = (
    "A flag comes before the environment, that before `.env`, that before the TOML file"
    " (`marque.toml`, or the one that `MARQUE_CONFIG` names)."
)


def reference() -> str:
    """Return the whole page."""
    return "\n".join(
        [
            "# Reference · 参考",
            "",
            "Made by `make reference`; not to be edited by hand.",
            "",
            "## Commands · 命令",
            "",
            "Every command takes `--json`, `--data DIR` and `--language auto|en|zh`.",
            "",
            *_commands(),
            "## `marque match --json`",
            "",
            "One line a file. · 每个文件一行。",
            "",
            *_match_lines(),
            "## Exit codes · 退出码",
            "",
            _EXIT_CODES,
            "",
            "## Settings · 配置",
            "",
            _PRECEDENCE,
            "",
            "| setting | variable | default | meaning |",
            "|---|---|---|---|",
            *_settings(),
            "",
            "## Documents · 文档",
            "",
            *_documents(),
        ]
    )


def _commands() -> Iterator[str]:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None  # noqa: S101 - it was just listed
        yield from _command(f"marque {name}", command)


def _command(name: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        for part, inner in command.commands.items():
            yield from _command(f"{name} {part}", inner)
        return
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [
        one
        for one in command.params
        if isinstance(one, click.Option) and one.name not in _EVERYWHERE
    ]
    usage = " ".join([name, *(one.make_metavar(click.Context(command)) for one in arguments)])
    yield f"### `{usage}`"
    yield ""
    yield " ".join((command.help or "").split())
    yield ""
    for option in options:
        needed = " (required)" if option.required else ""
        yield f"- `{'`, `'.join(option.opts)}`: {option.help}{needed}"
    if options:
        yield ""


def _match_lines() -> Iterator[str]:
    for place, kind, chinese in match_lines.LINES:
        said = " ".join((kind.__doc__ or "").split())
        yield f"`{place}`: {said} · {chinese}" if place else f"{said} · {chinese}"
        yield ""
        yield "| field | meaning | 含义 | always · 必有 |"
        yield "|---|---|---|---|"
        for name, (field, is_needed) in match_lines.meanings(kind).items():
            there = "yes · 是" if is_needed else "no · 否"
            yield f"| `{name}` | {field.english} | {field.chinese} | {there} |"
        yield ""
    yield "| modality · 检测方式 | unit of its spans · 片段单位 |"
    yield "|---|---|"
    for name, modality in MODALITIES.items():
        yield f"| `{name}` | {modality.span_unit} · {match_lines.UNITS[modality.span_unit]} |"
    yield ""


def _settings() -> Iterator[str]:
    for name, value in shown(Settings()).items():
        variable = f"MARQUE_{name.upper().replace('.', '__')}"
        default = _OF_THE_MACHINE.get(name, value)
        yield f"| `{name}` | `{variable}` | {default} | {meaning(name)} |"


def _documents() -> Iterator[str]:
    for kind in RECORDS:
        yield f"### `{kind.kind}`"
        yield ""
        yield " ".join((kind.__doc__ or "").split())
        yield ""
        yield "| field | meaning | 含义 | searched as | ECS |"
        yield "|---|---|---|---|---|"
        for name, field in kind.meanings().items():
            ecs = f"`{field.ecs}`" if field.ecs else ""
            yield f"| `{name}` | {field.english} | {field.chinese} | {field.search} | {ecs} |"
        yield ""


def main() -> None:
    """Write the page, or check it."""
    page = reference()
    if "--check" not in sys.argv:
        REFERENCE.write_text(page, encoding="utf-8")
    elif not REFERENCE.exists() or REFERENCE.read_text(encoding="utf-8") != page:
        sys.exit(f"{REFERENCE.name} is out of date: run `make reference`")


if __name__ == "__main__":
    main()
