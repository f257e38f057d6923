"""The condition that a Redis is in: what could lose URLs there, for doctors and logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawlers.frontier.redis.server import Server

if TYPE_CHECKING:
    from crawlers.frontier.redis.location import RedisLocation

_NEVER_EVICTS: Final = "noeviction"
_FORGETS: Final = (
    "what it holds is lost when it ends: set `appendonly yes`",
    "Redis 未开启 AOF，一旦退出即丢失待采网址：请设置 appendonly yes",
)
_FAILS: Final = (
    "it can't write its append-only file: see its log and its disk",
    "Redis 无法写入 AOF 文件：请检查其日志与磁盘",
)
_EVICTS: Final = (
    "it throws away keys when memory is short: set `maxmemory-policy noeviction`",
    "内存不足时 Redis 会淘汰数据：请设置 maxmemory-policy noeviction",
)


@dataclass(frozen=True, slots=True)
class Condition:
    """How a server keeps what it is given; `most_bytes` is 0 where its memory has no bound."""

    version: str
    append_only: bool
    writes_fail: bool
    eviction: str
    used_bytes: int
    most_bytes: int

    @property
    def state(self) -> str:
        """What the risks follow from, in the server's own words."""
        append_only = "yes" if self.append_only else "no"
        return f"appendonly {append_only}, maxmemory-policy {self.eviction}"

    @property
    def risks(self) -> tuple[tuple[str, str], ...]:
        """What could lose URLs, and what to do about it, in English and Chinese."""
        applies = {
            _FORGETS: not self.append_only,
            _FAILS: self.writes_fail,
            _EVICTS: self.eviction != _NEVER_EVICTS,
        }
        return tuple(risk for risk, is_one in applies.items() if is_one)


def condition_of(server: Server) -> Condition:
    """Ask a server for its condition. Raises `Unavailable`."""
    told = server.ask(lambda client: client.info())
    return Condition(
        version=str(told["redis_version"]),
        append_only=bool(int(told["aof_enabled"])),
        writes_fail=told.get("aof_last_write_status", "ok") != "ok",
        eviction=str(told["maxmemory_policy"]),
        used_bytes=int(told["used_memory"]),
        most_bytes=int(told["maxmemory"]),
    )


def inspect(location: RedisLocation) -> Condition:
    """Tell the condition of the Redis at a location. Raises `Unavailable`, `IncompatibleData`."""
    server = Server(location)
    try:
        server.check()
        return condition_of(server)
    finally:
        server.close()
