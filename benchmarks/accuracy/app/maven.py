"""Programs, libraries and tools of Maven Central: `python -m benchmarks.accuracy.app.maven CORPUS`.

CORPUS/maven/ARTIFACT-VERSION.jar (or .aar), by the ordinary client. Dalvik's compiler and ProGuard
are among them, so that the bench's programs are compiled and renamed by the real tools.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

DX: Final = "com.jakewharton.android.repackaged:dalvik-dx:9.0.0_r3"
PROGUARD: Final = (
    "com.guardsquare:proguard-base:7.4.2",
    "com.guardsquare:proguard-core:9.1.1",
    "org.jetbrains.kotlin:kotlin-stdlib:1.9.22",
    "org.apache.logging.log4j:log4j-api:2.20.0",
    "org.apache.logging.log4j:log4j-core:2.20.0",
    "org.json:json:20220924",
)
TUNED_ON: Final = (
    "org.apache.commons:commons-lang3:3.12.0",
    "org.jsoup:jsoup:1.15.3",
    "joda-time:joda-time:2.10.14",
    "org.yaml:snakeyaml:1.33",
    "commons-io:commons-io:2.11.0",
    "com.beust:jcommander:1.82",
    "org.antlr:antlr-runtime:3.5.3",
    "org.smali:dexlib2:2.5.2",
)
REPORTED_ON: Final = (
    "com.google.inject:guice:4.2.3",
    "org.apache.commons:commons-compress:1.22",
    "org.apache.commons:commons-text:1.10.0",
    "org.tukaani:xz:1.9",
    "commons-cli:commons-cli:1.5.0",
    "org.apache.commons:commons-math3:3.6.1",
    "org.codehaus.plexus:plexus-utils:3.4.2",
    "com.github.junrar:junrar:7.5.4",
    "net.sf.trove4j:trove4j:3.0.3",
    "org.luaj:luaj-jse:3.0.1",
    "com.badlogicgames.gdx:gdx:1.11.0",
    "org.mozilla:rhino:1.7.13",
    "net.sf.kxml:kxml2:2.3.0",
    "com.jcraft:jsch:0.1.55",
)
"""Programs, of which copies are made: as if each were an app's own code."""
LIBRARIES: Final = (
    "com.squareup.okhttp3:okhttp:3.14.9",
    "com.squareup.okio:okio:1.17.2",
    "com.google.code.gson:gson:2.8.9",
    "com.squareup.retrofit2:retrofit:2.9.0",
    "io.reactivex.rxjava2:rxjava:2.2.21",
)
"""What many apps bring, each several of them."""
UNKNOWN_LIBRARY: Final = "com.squareup.picasso:picasso:2.71828:aar"
"""An advertising library that no bank and no list knows: it gets another package first."""
TUNED_ON_PIECES: Final = (
    *TUNED_ON,
    "commons-codec:commons-codec:1.15",
    "org.apache.commons:commons-csv:1.9.0",
    "org.apache.commons:commons-collections4:4.4",
    "org.jdom:jdom2:2.0.6.1",
    "org.freemarker:freemarker:2.3.31",
    "net.sf.jopt-simple:jopt-simple:5.0.4",
    "org.jgrapht:jgrapht-core:1.4.0",
    "org.apache.velocity:velocity-engine-core:2.3",
    "commons-net:commons-net:3.8.0",
)
REPORTED_ON_PIECES: Final = (
    *REPORTED_ON,
    "org.jfree:jfreechart:1.5.3",
    "org.hsqldb:hsqldb:2.5.1",
    "org.quartz-scheduler:quartz:2.3.2",
    "commons-beanutils:commons-beanutils:1.9.4",
    "com.thoughtworks.xstream:xstream:1.4.19",
    "dom4j:dom4j:1.6.1",
    "org.apache.commons:commons-exec:1.3",
    "commons-validator:commons-validator:1.7",
)
"""Programs, of pieces of which small apps are made that bring the same libraries."""
TUNED_ON_LIBRARIES: Final = (
    "org.greenrobot:eventbus:3.2.0",
    "com.j256.ormlite:ormlite-core:5.1",
    "com.airbnb.android:lottie:3.4.0:aar",
    "com.jakewharton.timber:timber:4.7.1:aar",
    "com.nineoldandroids:library:2.4.0",
)
REPORTED_ON_LIBRARIES: Final = (
    "com.google.zxing:core:3.4.1",
    "org.eclipse.paho:org.eclipse.paho.client.mqttv3:1.2.5",
    "com.jakewharton:disklrucache:2.0.2",
    "org.osmdroid:osmdroid-android:6.1.11:aar",
    "com.afollestad.material-dialogs:core:3.3.0:aar",
    "com.github.bumptech.glide:gifdecoder:4.11.0:aar",
)
"""What those bring; none is in the bank, and each is moved into a package that no list knows."""
TUNED_ON_NATIVE: Final = (
    "net.java.dev.jna:jna:5.13.0",
    "com.github.luben:zstd-jni:1.5.5-1",
    "org.xerial:sqlite-jdbc:3.41.2.2",
)
REPORTED_ON_NATIVE: Final = (
    "org.xerial.snappy:snappy-java:1.1.10.5",
    "org.lz4:lz4-java:1.8.0",
    "org.fusesource.jansi:jansi:2.4.0",
)
"""Programs that bring libraries compiled for many systems."""
TUNED_ON_TEMPLATE: Final = (
    "androidx.core:core:1.3.0:aar",
    "androidx.fragment:fragment:1.2.5:aar",
    "androidx.coordinatorlayout:coordinatorlayout:1.1.0:aar",
    "androidx.recyclerview:recyclerview:1.1.0:aar",
    "androidx.cardview:cardview:1.0.0:aar",
    "androidx.appcompat:appcompat:1.1.0:aar",
    "com.google.android.material:material:1.1.0:aar",
)
REPORTED_ON_TEMPLATE: Final = (
    *TUNED_ON_TEMPLATE[:5],
    "androidx.constraintlayout:constraintlayout:2.0.4:aar",
    "androidx.appcompat:appcompat:1.2.0:aar",
    "com.google.android.material:material:1.3.0:aar",
)
"""What apps made from a template have on their screens; the later ones go before the earlier."""
PACKER: Final = "com.squareup:otto:1.3.8"
"""Stands for what a packer puts in an app's code's place; it gets another package first."""
KNOWN: Final = (
    *LIBRARIES,
    "androidx.appcompat:appcompat:1.3.0:aar",
    "androidx.core:core:1.6.0:aar",
    "com.android.support:support-v4:23.0.0:aar",
    "com.github.bumptech.glide:glide:4.16.0:aar",
    "com.squareup.okhttp3:okhttp:4.12.0",
    "com.squareup.okio:okio-jvm:3.6.0",
    "org.jetbrains.kotlin:kotlin-stdlib:1.9.22",
)
"""What the bank of known libraries is made of (`python -m fingerprints.app.bank`)."""


def file(corpus: Path, artifact: str) -> Path:
    """Return where an artifact is kept."""
    _, name, version, *kind = artifact.split(":")
    return corpus / "maven" / f"{name}-{version}.{kind[0] if kind else 'jar'}"


def fetch(corpus: Path) -> None:
    """Fetch what isn't there yet."""
    fetch_these(
        corpus,
        (
            *(DX, *PROGUARD, *TUNED_ON_PIECES, *REPORTED_ON_PIECES, *LIBRARIES, *KNOWN),
            *(*TUNED_ON_LIBRARIES, *REPORTED_ON_LIBRARIES, UNKNOWN_LIBRARY, PACKER),
            *(*TUNED_ON_NATIVE, *REPORTED_ON_NATIVE),
            *(*TUNED_ON_TEMPLATE, *REPORTED_ON_TEMPLATE),
        ),
    )


def fetch_these(corpus: Path, artifacts: Iterable[str]) -> None:
    """Fetch those of these that aren't there yet."""
    for artifact in dict.fromkeys(artifacts):
        kept = file(corpus, artifact)
        if kept.exists():
            continue
        kept.parent.mkdir(parents=True, exist_ok=True)
        wanted = artifact if artifact.count(":") > 2 else f"{artifact}:jar"  # noqa: PLR2004
        copying = (f"-Dartifact={wanted}", f"-DoutputDirectory={kept.parent}")
        subprocess.run(("mvn", "-q", "-B", "dependency:copy", *copying), check=True)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
