"""Search engines with documented interfaces, each behind one small adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawlers.discovery.engines.baidu import Baidu
from crawlers.discovery.engines.bing import Bing
from crawlers.discovery.engines.brave import Brave
from crawlers.discovery.engines.google import Google
from crawlers.discovery.engines.searxng import SearXNG
from crawlers.discovery.errors import EngineNotSet, UnknownEngine

if TYPE_CHECKING:
    from crawlers.discovery.engines.contract import Engine

ENGINES: Final[dict[str, Engine]] = {
    one.name: one for one in (Baidu(), Bing(), Brave(), Google(), SearXNG())
}


@dataclass(frozen=True, slots=True)
class Access:
    """How an engine is reached, by the settings: its address, the key, the id set up there."""

    name: str
    address: str
    key: str = field(default="", repr=False)
    id: str = ""

    @property
    def engine(self) -> Engine:
        """The adapter."""
        return ENGINES[self.name]

    @property
    def header(self) -> tuple[str, str] | None:
        """The header that the key goes in, and what it says; None where there is no key."""
        kept = self.engine.key
        return None if kept is None or not self.key else (kept.name, kept.before + self.key)


def access(name: str, *, address: str = "", key: str = "", id: str = "") -> Access:
    """Say how an engine is reached. Raises `UnknownEngine` or `EngineNotSet`."""
    engine = ENGINES.get(name)
    if engine is None:
        raise UnknownEngine(name, f"search engines are {', '.join(sorted(ENGINES))}")
    address = address or engine.address
    if not address:
        raise EngineNotSet(name, f"the settings lack its address (search.addresses: {name})")
    if engine.key is not None and not key:
        raise EngineNotSet(name, f"the settings lack its key (search.keys: {name})")
    if engine.needs_id and not id:
        raise EngineNotSet(name, f"the settings lack its id (search.ids: {name})")
    return Access(name, address, key, id)
