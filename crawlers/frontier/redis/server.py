"""Asking the server: with patience while it is away or starting, and with errors of our own."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

import redis
import structlog
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from crawlers.frontier.redis.failures import passes, translated
from crawlers.frontier.redis.scripts import script
from index.errors import IncompatibleData, Unavailable, UnsupportedVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawlers.frontier.redis.location import RedisLocation

log = structlog.get_logger()

T = TypeVar("T")
SCHEMA: Final = 1
OLDEST: Final = (7, 0)
"""The oldest version of Redis that this program works with."""

_CONNECT_S: Final = 5.0
_ANSWER_S: Final = 30.0
_IDLE_S: Final = 30
_SHORTEST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 5.0


class Server:
    """One Redis. Safe for threads, and after a fork."""

    def __init__(self, location: RedisLocation) -> None:
        self.location = location
        self._client = _client(location)

    def check(self) -> None:
        """Raise `UnsupportedVersion` or `IncompatibleData` unless this program can go on here."""
        version = str(self.ask(lambda client: client.info("server"))["redis_version"])
        if tuple(map(int, version.split(".")[:2])) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise UnsupportedVersion(self.location.url, f"Redis {version}, {oldest} is needed")
        root = self.location.root
        found = self.ask(lambda client: client.hget(root, "schema"))
        if found is None:
            self.ask(lambda client: client.hsetnx(root, "schema", str(SCHEMA)))
        elif (schema := int(found)) > SCHEMA:
            raise IncompatibleData(f"{self.location.url} {root}", schema, SCHEMA)

    def run(self, name: str, *arguments: str | int | bytes) -> Any:  # noqa: ANN401 - as the script has it
        """Return what a script answers. It may be run twice, when an answer was lost."""
        one = script(name)

        def request(client: redis.Redis) -> Any:  # noqa: ANN401 - likewise
            try:
                return client.evalsha(one.sha, 1, self.location.root, *arguments)
            except NoScriptError:  # the server was started since, or another one took over
                client.script_load(one.text)
                return client.evalsha(one.sha, 1, self.location.root, *arguments)

        return self.ask(request)

    def ask(self, request: Callable[[redis.Redis], T]) -> T:
        """Return the answer to a request that may be made twice.

        What passes is tried again, with pauses that grow and vary, for the location's patience.
        Raises what `failures.translated` says.
        """
        pauses = self._pauses()
        failed = False
        while True:
            try:
                answer = request(self._client)
            except RedisError as error:
                pause = next(pauses, None) if passes(error) else None
                if pause is None:
                    raise translated(error, self.location.url) from error
                if not failed:
                    log.warning("redis_unavailable", url=self.location.url, reason=str(error))
                failed = True
                time.sleep(pause)
            else:
                if failed:
                    log.warning("redis_available_again", url=self.location.url)
                return answer

    def renew_file(self) -> None:
        """Have the append-only file written anew, after a restart.

        Its end may be a transaction that was cut off by a loss of power. Redis passes over it, but
        where it was cut off within a command it leaves the beginning in the file, and at the next
        restart takes that for part of what was written since (valkey-io/valkey#4342 has the fix).
        """
        log.warning("redis_was_restarted", url=self.location.url)
        try:
            if int(self.ask(lambda client: client.info("persistence"))["aof_enabled"]):
                self.ask(lambda client: client.bgrewriteaof())
        except Unavailable as error:  # under way already, or not for us to ask for
            log.warning("redis_file_not_renewed", url=self.location.url, reason=error.reason)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _pauses(self) -> Iterator[float]:
        ends = time.monotonic() + self.location.patience_s
        longest = _SHORTEST_PAUSE_S
        while time.monotonic() < ends:
            yield random.uniform(longest / 2, longest)  # noqa: S311 - no secret
            longest = min(2 * longest, _LONGEST_PAUSE_S)


def _client(location: RedisLocation) -> redis.Redis:
    tls: dict[str, Any] = {}
    if location.ca_certs is not None:
        if not location.ca_certs.is_file():
            raise Unavailable(location.url, f"no certificate authority at {location.ca_certs}")
        if location.url.startswith("rediss:"):
            tls["ssl_ca_certs"] = str(location.ca_certs)
    try:
        client: redis.Redis = redis.Redis.from_url(
            location.url,
            username=location.user or None,
            password=location.password or None,
            protocol=2,
            socket_timeout=_ANSWER_S,
            socket_connect_timeout=_CONNECT_S,
            health_check_interval=_IDLE_S,
            retry=Retry(NoBackoff(), 0),
            **tls,
        )
    except ValueError as error:
        raise Unavailable(location.url, str(error)) from error
    return client
