"""Small apps made from one template: of different makers, with the same stock resources in them.

What a template, AppCompat and Material bring is most of what such an app shows: icons, layouts,
texts. Their own are a piece of a program, some texts, layouts and pictures. Nothing is done to
them; they are registered, and looked for. Kept in CORPUS/apps/small.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.accuracy.app import maven, tools
from benchmarks.accuracy.app.combined import (
    FOLDER,
    PIECES,
    PROGRAMS,
    compiled,
    made_up,
    number_of,
)
from benchmarks.accuracy.suite import Half, NotMade, Original

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMPLATES: Final = {
    Half.TUNE: "x/expo-template-bare-minimum-49.0.0/package/android/app/src/main/res",
    Half.REPORT: "x/cordova-android-9.1.0/package/bin/templates/project/res",
}
_LIBRARIES: Final = {Half.TUNE: maven.TUNED_ON_TEMPLATE, Half.REPORT: maven.REPORTED_ON_TEMPLATE}
_OWN: Final = 5
"""Files and pictures of its own that an app has at most of each."""
_TEXTS: Final = (4, 30)
_LAYOUTS: Final = (1, 6)
_VIEWS: Final = (3, 12)
_VIEW: Final = (
    '<TextView android:layout_width="{width}dp" android:layout_height="wrap_content"'
    ' android:text="@string/own{text}" android:textSize="{size}sp"/>'
)
_LAYOUT: Final = (
    '<LinearLayout xmlns:android="http://schemas.android.com/apk/res/android"'
    ' android:layout_width="match_parent" android:layout_height="match_parent">{views}'
    "</LinearLayout>"
)


def templates(half: Half, corpus: Path) -> Iterator[Original]:
    """Yield an app for each program of one half, where the media are there."""
    folder = corpus / _TEMPLATES[half]
    libraries = [maven.file(corpus, one) for one in _LIBRARIES[half]]
    if not folder.exists() or not all(one.exists() for one in libraries):
        return
    for artifact in PROGRAMS[half]:
        if not maven.file(corpus, artifact).exists():
            continue
        name = artifact.split(":")[1]
        app = corpus / "apps" / FOLDER / f"{name}-template.apk"
        if app.exists() or _made(app, artifact, [*libraries, folder], corpus):
            yield Original(app.stem, app, name)


def _made(app: Path, artifact: str, stock: list[Path], corpus: Path) -> bool:
    """Write an app; False where its program can't be compiled."""
    chance = Random(app.stem)  # noqa: S311 - reproducible
    package = f"com.maker{number_of(artifact)}.app"
    try:
        own = compiled(artifact, corpus, package, 0, PIECES)
        with tempfile.TemporaryDirectory() as scratch:
            folders = [
                tools.resources(one, Path(scratch) / str(at)) if one.suffix == ".aar" else one
                for at, one in enumerate(stock)
            ]
            folders.append(_own(chance, Path(scratch) / "own"))
            linked = Path(scratch) / "linked.apk"
            tools.linked(folders, package, linked, shortened=chance.random() < 0.5)  # noqa: PLR2004
            members = tools.unzipped(linked)
    except NotMade:
        return False
    members |= {"classes.dex": own.read_bytes()} | made_up(chance, "own", chance.randint(0, _OWN))
    tools.zipped(members, app)
    return True


def _own(chance: Random, folder: Path) -> Path:
    """Make up an app's own texts and layouts, as its maker writes them."""
    texts = chance.randint(*_TEXTS)
    for name in ("values", "layout"):
        (folder / name).mkdir(parents=True)
    lines = (
        f'<string name="own{at}">{chance.randbytes(chance.randint(4, 30)).hex()}</string>'
        for at in range(texts)
    )
    (folder / "values" / "own.xml").write_text(f"<resources>{''.join(lines)}</resources>")
    for number in range(chance.randint(*_LAYOUTS)):
        views = (
            _VIEW.format(
                width=chance.randint(10, 300),
                text=chance.randrange(texts),
                size=chance.randint(9, 40),
            )
            for _ in range(chance.randint(*_VIEWS))
        )
        (folder / "layout" / f"own{number}.xml").write_text(_LAYOUT.format(views="".join(views)))
    return folder
