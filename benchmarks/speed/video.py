"""Films to prints: Marque, beside mere decoding and PDQ of a frame a second as vpdq does it."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING, Final, Literal

import av

from benchmarks.accuracy.suite import Half
from benchmarks.accuracy.video.originals import originals
from benchmarks.accuracy.video.peers import vpdq
from benchmarks.speed.suite import SpeedCase
from fingerprints.contract import Limits
from fingerprints.video import VideoModality

if TYPE_CHECKING:
    from pathlib import Path

_SIZES: Final = {"480p": "854:480", "1080p": "1920:1080"}
_SECONDS: Final = 24.0


def cases(corpus: Path) -> list[SpeedCase]:
    """Return one film at 480p and at 1080p, H.264 as sites serve it."""
    return [_case(name, _film(corpus, name, size)) for name, size in _SIZES.items()]


def _case(name: str, path: Path) -> SpeedCase:
    return SpeedCase(
        name=name,
        unit="s of film",
        amount=_SECONDS,
        ours=lambda: VideoModality().extract(io.BytesIO(path.read_bytes()), limits=Limits()),
        peers={
            "keyframes decoded, nothing hashed": lambda: _decoded(path, "NONKEY"),
            "no bidirectional frames decoded, nothing hashed": lambda: _decoded(path, "BIDIR"),
            "all frames decoded, nothing hashed": lambda: _decoded(path, "DEFAULT"),
            "vpdq (PDQ of a frame a second)": lambda: vpdq(path),
        },
    )


def _film(corpus: Path, name: str, size: str) -> Path:
    """Join real clips and pieces of made films at one size; made once."""
    path = corpus / "films" / f"speed-{name}.mp4"
    if path.exists():
        return path
    sources = [one.path for one in originals(Half.REPORT, corpus)[:12]]
    length = _SECONDS / len(sources)
    inputs = [part for one in sources for part in ("-stream_loop", "-1", "-t", f"{length}",
                                                   "-i", str(one))]  # fmt: skip
    scaled = "".join(
        f"[{n}:v]scale={size}:flags=bicubic,setsar=1,fps=25,noise=alls=4:allf=t[v{n}];"
        for n in range(len(sources))
    )
    joined = "".join(f"[v{n}]" for n in range(len(sources)))
    graph = f"{scaled}{joined}concat=n={len(sources)}:v=1[v]"
    encoding = ("-c:v", "libx264", "-preset", "medium", "-crf", "23", "-pix_fmt", "yuv420p")
    subprocess.run(
        ("ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex", graph, "-map", "[v]",
         *encoding, str(path)),
        check=True,
    )  # fmt: skip
    return path


def _decoded(path: Path, skipped: Literal["DEFAULT", "BIDIR", "NONKEY"]) -> int:
    """Count the frames that are left when those that FFmpeg calls so are skipped."""
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        context.thread_count = 1
        context.skip_frame = skipped
        if skipped != "DEFAULT":
            context.options = {"skip_loop_filter": "all"}
        return sum(1 for _ in container.decode(video=0))
