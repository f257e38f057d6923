"""Processes forked from a server that has loaded what they need, so that one starts in 10 ms."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from contextlib import contextmanager
from multiprocessing import forkserver
from types import ModuleType
from typing import TYPE_CHECKING, Any

from crawlers.examination.confinement import one_thread_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.process import BaseProcess

_MAIN = "__main__"
_PRELOADED = ("crawlers.examination.worker", "crawlers.examination.warm")
_starting = threading.Lock()


def start_fork_server(module: str) -> None:
    """Start the server, unless one runs; it loads the module while we go on."""
    preload = [*_PRELOADED, *([] if module == _MAIN else [module])]
    multiprocessing.get_context("forkserver").set_forkserver_preload(preload)
    with one_thread_each():
        forkserver.ensure_running()


def fork(target: Callable[..., None], args: tuple[Any, ...], *, module: str) -> BaseProcess:
    """Start a process; `module` is what `args` come from, apart from what this room loads."""
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=target, args=args, name="examination", daemon=True)
    with _starting:
        if module == _MAIN:
            process.start()
        else:
            with _no_main():
                process.start()
    return process


@contextmanager
def _no_main() -> Iterator[None]:
    """Keep the child from running our main program's imports, which take longer than it does.

    `multiprocessing` has no switch for it: it takes the file of whatever `__main__` is.
    """
    main = sys.modules[_MAIN]
    sys.modules[_MAIN] = ModuleType(_MAIN)
    try:
        yield
    finally:
        sys.modules[_MAIN] = main
