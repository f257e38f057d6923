"""What every command is given: the settings, the store, and a way to speak."""

from __future__ import annotations

import json
import locale
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from console.cli.printable import printable
from console.logs import configure_logs
from crawlers.plan import ExaminationLimits
from fingerprints.contract import Limits
from index.elastic.location import ElasticsearchLocation
from index.remote_blobs import RemoteLocation
from index.store import Store, StoreLocation, open_store
from settings.sources import LoadedSettings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings.schema import Settings


@dataclass
class House:
    """Settings, store and speech of one run of the program."""

    flags: dict[str, Any] = field(default_factory=dict)
    as_json: bool = False

    @cached_property
    def loaded(self) -> LoadedSettings:
        """The settings, read when they are first needed. Raises `InvalidSettings`."""
        loaded = load_settings(self.flags)
        configure_logs(loaded.values.log_level)
        return loaded

    @property
    def settings(self) -> Settings:
        """The settings' values."""
        return self.loaded.values

    @property
    def location(self) -> StoreLocation:
        """Where the store is."""
        return StoreLocation(self.settings.data, self._elasticsearch, self._blobs)

    @property
    def _elasticsearch(self) -> ElasticsearchLocation | None:
        said = self.settings
        urls = tuple(url.strip() for url in said.elasticsearch_url.split(",") if url.strip())
        if not urls:
            return None
        return ElasticsearchLocation(
            urls,
            prefix=said.elasticsearch_prefix,
            api_key=said.elasticsearch_api_key.get_secret_value(),
            user=said.elasticsearch_user,
            password=said.elasticsearch_password.get_secret_value(),
            ca_certs=said.elasticsearch_ca_certs,
            ca_fingerprint=said.elasticsearch_ca_fingerprint,
            patience_s=said.elasticsearch_patience_s,
            shards=said.elasticsearch_shards,
        )

    @property
    def _blobs(self) -> RemoteLocation | None:
        said = self.settings.blobs
        if not said.url:
            return None
        options = {name: value.get_secret_value() for name, value in said.options.items()}
        return RemoteLocation(said.url, tuple(sorted(options.items())), said.cache_bytes)

    @cached_property
    def store(self) -> Store:
        """The store, opened when it is first needed."""
        return open_store(self.location)

    @property
    def limits(self) -> ExaminationLimits:
        """What one file may cost."""
        allowed = self.settings
        return ExaminationLimits(
            time_s=allowed.examination.time_s,
            time_s_per_mib=allowed.examination.time_s_per_mib,
            memory_bytes=allowed.examination.memory_bytes,
            files=Limits(**allowed.limits.model_dump()),
        )

    @property
    def user_agent(self) -> str:
        """How the crawler names itself."""
        contact = f"; +{self.settings.contact}" if self.settings.contact else ""
        return f"Marque/0.1 (copyright monitoring{contact})"

    @cached_property
    def chinese(self) -> bool:
        """Whether people are spoken to in Chinese."""
        try:
            wanted = self.settings.language
        except Exception:  # noqa: BLE001 - even wrong settings must be reported in some language
            wanted = "auto"
        if wanted == "auto":
            return (locale.getlocale()[0] or "").startswith(("zh", "Chinese"))
        return wanted == "zh"

    def say(self, english: str, chinese: str) -> str:
        """Return the sentence in the language of the person."""
        return chinese if self.chinese else english

    @cached_property
    def out(self) -> Console:
        """Where data goes."""
        # Where nobody looks, in a pipe or file, lines are not broken to fit a window.
        width = None if sys.stdout.isatty() else _UNBROKEN
        return Console(file=sys.stdout, highlight=False, width=width)

    @cached_property
    def err(self) -> Console:
        """Where progress and remarks go."""
        width = None if sys.stderr.isatty() else _UNBROKEN
        return Console(file=sys.stderr, highlight=False, width=width)

    def note(self, english: str, chinese: str) -> None:
        """Remark something to the person; never part of the data."""
        self.err.print(Text(printable(self.say(english, chinese))))

    def emit(self, value: Any) -> None:
        """Print one JSON value on a line of its own."""
        line = json.dumps(value, ensure_ascii=False, default=str) + "\n"
        # Names that are no UTF-8 hold lone surrogates: escaped, they are JSON all the same.
        sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()


_UNBROKEN = 10_000

pass_house = click.make_pass_decorator(House)


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all have: --json, --data and --language."""

    def keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
        house = context.ensure_object(House)
        if value is not None and parameter.name is not None:
            if parameter.name == "as_json":
                house.as_json = house.as_json or bool(value)
            else:
                house.flags[parameter.name] = value

    options = (
        click.option(
            "--language",
            type=click.Choice(["auto", "en", "zh"]),
            expose_value=False,
            callback=keep,
            help="Language of messages · 界面语言",
        ),
        click.option(
            "--data",
            type=click.Path(file_okay=False),
            metavar="DIR",
            expose_value=False,
            callback=keep,
            help="Data folder (MARQUE_DATA) · 数据目录",
        ),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            default=None,
            expose_value=False,
            callback=keep,
            help="Print JSON · 输出 JSON",
        ),
    )
    for option in options:
        command = option(command)
    return command
