"""Asking the server: with patience while it is busy or starting, and with errors of our own."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from index.elastic.failures import meaning, passes, passes_with, translated
from index.elastic.node import PlainNode
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from index.elastic.location import ElasticsearchLocation

T = TypeVar("T")
Action = tuple["Mapping[str, Any]", "Mapping[str, Any] | None"]
"""What a bulk request does to one document, as the API has it: the action, and its body if any."""

_REQUEST_S: Final = 30.0
_PORTS: Final = {"http": 9200, "https": 443}
_SHORTEST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 5.0
_MOST_ACTIONS: Final = 1_000
_PAGE: Final = 500
_MOST_BYTES: Final = 4 * 2**20

# Each failed try would be a line on the operator's screen; what they come to is said by our errors.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)


class Server:
    """One Elasticsearch. Safe for threads, and after a fork."""

    def __init__(self, location: ElasticsearchLocation) -> None:
        self.location = location
        self._lock = threading.Lock()
        self._process: int | None = None
        self._connected: Elasticsearch

    def ask(self, request: Callable[[Elasticsearch], T]) -> T:
        """Return the answer to a request that may be made twice.

        What passes (429, 502, 503, 504, no connection) is tried again, with pauses that grow and
        vary, for `patience_s`. Raises what `failures.translated` says.
        """
        pauses = self.pauses()
        while True:
            try:
                return request(self._client())
            except (ApiError, TransportError) as error:
                pause = next(pauses, None) if passes(error) else None
                if pause is None:
                    raise translated(error, self.location.name) from error
                time.sleep(pause)

    def get_all(self, index: str, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        """Return those of the documents that are there, in order."""
        pauses = self.pauses()
        while ids:
            answers = self.ask(lambda es: es.mget(index=index, ids=ids))["docs"]
            failed = next((one["error"] for one in answers if "error" in one), None)
            if failed is None:
                return [one for one in answers if one["found"]]
            pause = next(pauses, None)
            if pause is None:
                raise meaning(503, failed, self.location.name)
            time.sleep(pause)
        return []

    def search_all(self, lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the answers to searches given as the API has them: a header and a body each."""
        pauses = self.pauses()
        while True:
            answers = self.ask(lambda es: es.msearch(searches=lines))["responses"]
            failed = next((one for one in answers if "error" in one), None)
            if failed is None:
                return list(answers)
            status, cause = failed["status"], failed["error"]
            pause = next(pauses, None) if passes_with(status, cause) else None
            if pause is None:
                raise meaning(status, cause, self.location.name)
            time.sleep(pause)

    def pages(
        self,
        index: str | Sequence[str],
        query: Mapping[str, Any],
        sort: Sequence[str],
        **also: Any,  # noqa: ANN401 - as the client has it
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Yield all hits of a query, some at a time, in an order that tells them apart.

        `also`: what else the search is asked with. What is added meanwhile may be among them.
        """
        after: list[Any] | None = None
        while True:
            answer = self.ask(
                lambda es, after=after: es.search(  # type: ignore[misc]
                    index=index,
                    query=query,
                    sort=sort,
                    size=_PAGE,
                    search_after=after,
                    allow_partial_search_results=False,
                    **also,
                )
            )
            hits = answer["hits"]["hits"]
            yield hits
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]

    def pauses(self) -> Iterator[float]:
        """Yield how long to wait before each further try, in seconds, until patience ends."""
        ends = time.monotonic() + self.location.patience_s
        longest = _SHORTEST_PAUSE_S
        while time.monotonic() < ends:
            yield random.uniform(longest / 2, longest)  # noqa: S311 - no secret
            longest = min(2 * longest, _LONGEST_PAUSE_S)

    def bulk(
        self, actions: Iterable[Action], *, allow: Sequence[int] = ()
    ) -> list[Mapping[str, Any]]:
        """Do all actions, in requests of a bearable size; return what became of each, in order.

        Items that fail because the server is busy are tried again, only these. Raises the error of
        the first item that fails for good with a status that `allow` doesn't name.
        """
        done: list[Mapping[str, Any]] = []
        for some in _batches(actions):
            done += self._bulk(some, allow)
        return done

    def _bulk(self, actions: list[Action], allow: Sequence[int]) -> list[Mapping[str, Any]]:
        done: dict[int, Mapping[str, Any]] = {}
        pauses = self.pauses()
        waiting = list(range(len(actions)))
        while waiting:
            lines = [line for place in waiting for line in actions[place] if line is not None]
            answer = self.ask(lambda es, lines=lines: es.bulk(operations=lines, timeout="10s"))  # type: ignore[misc]
            pause = None
            left = []
            for place, item in zip(waiting, answer["items"], strict=True):
                (result,) = item.values()
                status, cause = result["status"], result.get("error", {})
                if cause and status not in allow:
                    pause = pause or (next(pauses, None) if passes_with(status, cause) else None)
                    if pause is None:
                        raise meaning(status, cause, self.location.name)
                    left.append(place)
                else:
                    done[place] = result
            waiting = left
            if pause is not None:
                time.sleep(pause)
        return [done[place] for place in range(len(actions))]

    def _client(self) -> Elasticsearch:
        with self._lock:
            if self._process != os.getpid():
                self._connected = _connected(self.location)
                self._process = os.getpid()
            return self._connected


def _connected(location: ElasticsearchLocation) -> Elasticsearch:
    tls: dict[str, Any] = {}
    if location.ca_certs is not None:
        tls["ca_certs"] = str(location.ca_certs)
    if location.ca_fingerprint:
        tls["ssl_assert_fingerprint"] = location.ca_fingerprint.replace(":", "").lower()
    try:
        return Elasticsearch(
            [_with_port(url) for url in location.urls],
            api_key=location.api_key or None,
            basic_auth=(location.user, location.password) if location.user else None,
            request_timeout=_REQUEST_S,
            max_retries=0,
            node_class=PlainNode,
            **tls,
        )
    except (OSError, ValueError) as error:  # certificates that can't be read, an odd address
        raise Unavailable(location.name, str(error)) from error


def _with_port(url: str) -> str:
    """Name the port in any case, as the client wants it."""
    parts = urlsplit(url)
    if parts.port is not None:
        return url
    return parts._replace(netloc=f"{parts.netloc}:{_PORTS[parts.scheme]}").geturl()


def _batches(actions: Iterable[Action]) -> Iterator[list[Action]]:
    batch: list[Action] = []
    size = 0
    for action in actions:
        batch.append(action)
        size += _size(action[1])
        if len(batch) >= _MOST_ACTIONS or size >= _MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(value: object) -> int:
    """Return about how many bytes a document is."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return len(value) if isinstance(value, str) else 8
