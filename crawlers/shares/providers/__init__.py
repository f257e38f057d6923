"""What providers' public responses say of a share: its state, owner and files."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from crawlers.shares.providers.aliyun import Aliyun
from crawlers.shares.providers.baidu import Baidu
from crawlers.shares.providers.lanzou import Lanzou
from crawlers.shares.providers.mobile139 import Mobile139
from crawlers.shares.providers.pan115 import Pan115
from crawlers.shares.providers.pan123 import Pan123
from crawlers.shares.providers.quark import QUARK, UC
from crawlers.shares.providers.tianyi import Tianyi
from crawlers.shares.providers.xunlei import PIKPAK, XUNLEI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.shares.providers.contract import Adapter

_ALL: Final[tuple[Adapter, ...]] = (
    *(Baidu(), Aliyun(), QUARK, UC, Pan115(), Pan123(), Tianyi(), XUNLEI, PIKPAK, Lanzou()),
    Mobile139(),
)
ADAPTERS: Final[Mapping[str, Adapter]] = MappingProxyType({one.provider: one for one in _ALL})
"""The adapters by the provider of a share; shares of other providers can't be inquired about."""
