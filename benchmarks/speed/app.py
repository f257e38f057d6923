"""Speed of the app modality, beside androguard on the same app."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.accuracy.app.originals import real
from benchmarks.accuracy.suite import Half
from benchmarks.speed.suite import SpeedCase
from fingerprints.app import AppModality
from fingerprints.contract import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from fingerprints.contract import Fingerprint

_MEGABYTE = 1_000_000
_NATIVE_MB = 64


def cases(corpus: Path) -> list[SpeedCase]:
    """Return the jobs: the longest real app of each half, a native library, and one comparison."""
    apps = [_longest(half, corpus) for half in Half]
    native = corpus / "apps" / "native.so"
    if not native.exists():
        native.parent.mkdir(parents=True, exist_ok=True)
        native.write_bytes(np.random.default_rng(1).bytes(_NATIVE_MB * _MEGABYTE))
    ours, theirs = (_print(path) for path in apps)
    return [
        *(
            SpeedCase(
                f"an app, {path.name}",
                "MB",
                path.stat().st_size / _MEGABYTE,
                partial(_print, path),
                {"androguard (all methods' instructions)": partial(_androguard, path)},
            )
            for path in apps
        ),
        SpeedCase("a long binary", "MB", _NATIVE_MB, partial(_print, native), {}),
        SpeedCase("verify", "pairs", 1, partial(AppModality().verify, ours, theirs), {}),
    ]


def _longest(half: Half, corpus: Path) -> Path:
    paths = [one.path for one in real(half, corpus)]
    return max(paths, key=lambda path: path.stat().st_size)


def _print(path: Path) -> Fingerprint:
    with path.open("rb") as file:
        return AppModality().extract(file, limits=Limits())


def _androguard(path: Path) -> int:
    import loguru  # noqa: PLC0415 - as androguard, only where it is measured
    from androguard.core import apk, dex  # noqa: PLC0415

    loguru.logger.disable("androguard")
    count = 0
    with open(os.devnull, "w") as null, contextlib.redirect_stdout(null):  # noqa: PTH123
        for content in apk.APK(str(path)).get_all_dex():
            for method in dex.DEX(content).get_encoded_methods():
                count += sum(1 for _ in method.get_instructions())
    return count
