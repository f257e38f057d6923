"""Marque's index on an Elasticsearch, whose processor time counts with that of who asks it."""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING

from elasticsearch import Elasticsearch

from benchmarks.index.embedded import Embedded
from index.elastic.location import ElasticsearchLocation
from index.elastic.node import PlainNode
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

URL_VARIABLE = "MARQUE_ELASTICSEARCH_URL"
_POLL_S = 0.5


class Elastic(Embedded):
    """An index a part, on the server that `MARQUE_ELASTICSEARCH_URL` names."""

    name = "Marque on Elasticsearch"

    def build(self, blocks: Sequence[NDArray[np.uint8]], folder: Path) -> None:
        """Add all prints under a prefix of their own, and have segments merged as upkeep does."""
        url = os.environ[URL_VARIABLE]
        self._prefix = f"bench-{secrets.token_hex(4)}"
        self._client = Elasticsearch(url, request_timeout=600, node_class=PlainNode)
        location = ElasticsearchLocation((url,), prefix=self._prefix, patience_s=600.0)
        self._index = open_store(StoreLocation(folder, location)).fingerprints
        self._add(blocks)
        self._index.tidy()
        while self._is_merging():
            time.sleep(_POLL_S)

    def _is_merging(self) -> bool:
        """Tell whether segments are being merged; the client warns of its own call for that."""
        tasks = "/_tasks?actions=*forcemerge*"
        headers = {"accept": "application/json"}
        return bool(self._client.perform_request("GET", tasks, headers=headers).body["nodes"])

    def size(self) -> int:
        """Return the bytes of the indices."""
        facts = self._client.indices.stats(index=f"{self._prefix}-*", metric="store")
        return int(facts["_all"]["primaries"]["store"]["size_in_bytes"])

    def cpu_s(self) -> float:
        """Return the processor time of this process and of all nodes."""
        nodes = self._client.nodes.stats(metric="process")["nodes"].values()
        served = sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1e3
        return time.process_time() + float(served)

    def close(self) -> None:
        """Remove the indices."""
        names = [*self._client.indices.get(index=f"{self._prefix}-*")]
        self._client.indices.delete(index=names)
        self._client.indices.delete_index_template(name=self._prefix)
