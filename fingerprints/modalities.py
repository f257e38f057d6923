"""The modalities there are, and which of them read a media type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fingerprints.contract import Modality


class _Modalities(Mapping[str, "Modality"]):
    """Loads the modalities when one is first asked for: they bring much with them."""

    def __getitem__(self, name: str) -> Modality:
        return _loaded()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_loaded())

    def __len__(self) -> int:
        return len(_loaded())


DIGEST: Final = "digest"
"""The modality that is asked for by name: it knows any file by its hashes."""
MODALITIES: Mapping[str, Modality] = _Modalities()
"""Every modality by its name."""


def modalities_for(media_type: str) -> tuple[Modality, ...]:
    """Return the modalities that read a bare media type; empty when none does."""
    return tuple(one for one in MODALITIES.values() if media_type in one.media_types)


@cache
def _loaded() -> dict[str, Modality]:
    from fingerprints.app import AppModality  # noqa: PLC0415 - see the class
    from fingerprints.audio import AudioModality  # noqa: PLC0415 - see the class
    from fingerprints.digest import DigestModality  # noqa: PLC0415 - see the class
    from fingerprints.image import ImageModality  # noqa: PLC0415 - see the class
    from fingerprints.layout import LayoutModality  # noqa: PLC0415 - see the class
    from fingerprints.text import TextModality  # noqa: PLC0415 - see the class
    from fingerprints.video import VideoModality  # noqa: PLC0415 - see the class

    modalities: tuple[Modality, ...] = (
        *(TextModality(), ImageModality(), LayoutModality()),
        *(VideoModality(), AudioModality(), AppModality(), DigestModality()),
    )
    return {one.name: one for one in modalities}
