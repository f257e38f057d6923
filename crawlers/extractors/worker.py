"""The inside of an extractor's process: addresses in, what is known of them out.

It has no network: what it wants fetched it asks the crawl for. A program that it would start (a
browser to run a site's scripts in, ffmpeg) is refused.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from crawlers.browser.launcher import shut_in
from crawlers.examination.confinement import confine, limit_memory, limit_processor_time
from crawlers.extractors.messages import ASK, KNOWN, MISSING, READY, TOLD, Answer, Told

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from crawlers.extractors.messages import Ask
    from crawlers.extractors.reader import Reader

MEMORY_BYTES: Final = 2**30
PROCESSOR_S: Final = 30.0
_PROGRAMS: Final = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork"})


def work(line: Connection, crash_notes: Connection) -> None:
    """Read what comes over the line until it is closed."""
    confine(crash_notes.fileno())
    try:
        shut_in()
        sys.addaudithook(_refuse_programs)
        reader = _reader()
    except Exception as error:  # noqa: BLE001  the other side says so
        line.send_bytes(MISSING + f"{type(error).__name__}: {error}".encode())
        return
    limit_memory(MEMORY_BYTES)
    line.send_bytes(READY)
    while (url := _next(line)) is not None:
        limit_processor_time(PROCESSOR_S)
        told = Told()
        if key := reader.knows(url):
            line.send_bytes(KNOWN + key.encode())
            told = reader.read(key, url, lambda ask: _made(line, ask))
        line.send_bytes(TOLD + told.model_dump_json().encode())


def _reader() -> Reader:
    from crawlers.extractors.reader import Reader  # noqa: PLC0415  yt-dlp may not be there

    return Reader()


def _next(line: Connection) -> str | None:
    try:
        return line.recv_bytes().decode()
    except (EOFError, ConnectionError):
        return None


def _made(line: Connection, ask: Ask) -> Answer:
    line.send_bytes(ASK + ask.model_dump_json().encode())
    return Answer.model_validate_json(line.recv_bytes())


def _refuse_programs(event: str, _: tuple[Any, ...]) -> None:
    """Refuse to start programs (PEP 578)."""
    if event in _PROGRAMS:
        raise PermissionError("an extractor starts no programs")
