"""An object store that speaks S3, in this process, for the time of a test."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fsspec import filesystem
from moto.server import ThreadedMotoServer

from index.remote_blobs import RemoteLocation

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS: Final = {"key": "tester", "secret": "of-the-test"}


@contextmanager
def bucket() -> Iterator[RemoteLocation]:
    """Give a folder in a bucket of a server on loopback."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"endpoint_url": f"http://{host}:{port}", **KEYS}
    try:
        name = f"captures-{secrets.token_hex(4)}"
        filesystem("s3", **options).mkdir(name)
        yield RemoteLocation(f"s3://{name}/marque", tuple(options.items()))
    finally:
        server.stop()
