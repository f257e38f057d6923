"""Pages that a crawl without a browser saw nothing on, and that scripts seem to build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crawlers.browser.unshown import unshown
from index.documents import Failure
from index.store import StoreLocation, open_store
from tests.examiners import sighting

if TYPE_CHECKING:
    from pathlib import Path

    from index.store import Store

SHELL = (
    b'<html><body><div id="app"></div><script src="/js/chunk-vendors.js"></script></body></html>'
)
PROSE = "天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。".encode()
EMPTY = Failure(code="nothing_to_print", reason="no text")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(StoreLocation(tmp_path))


def saw(store: Store, name: str, body: bytes, **facts: Any) -> None:  # noqa: ANN401
    payload = store.blobs.put(body)
    seen = sighting(name).model_copy(update={"payload": payload, "failure": EMPTY, **facts})
    store.records.put(seen, expect=None)


def test_empty_pages_that_scripts_build_are_counted(store: Store) -> None:
    for number in range(3):
        saw(store, f"shell {number}", SHELL)
    saw(store, "with text", PROSE, failure=None, modalities=("text",))
    saw(store, "complete", b"<title>404</title><h1>404</h1>")
    saw(store, "shown", SHELL, rendered="0" * 64)
    saw(store, "other", SHELL, failure=Failure(code="too_large", reason="bytes"))
    saw(store, "picture", SHELL, media_type="image/png")
    saw(store, "of another crawl", SHELL, crawl_id="another")
    assert unshown(store, "crawl") == 3
