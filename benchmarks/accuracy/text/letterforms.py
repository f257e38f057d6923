"""Makes the glyphs that pages' fonts are read by: `python -m benchmarks.accuracy.text.letterforms`.

Of the Noto CJK fonts and some Latin ones, as Debian installs them (fonts-noto-cjk, fonts-dejavu,
fonts-urw-base35): GB 2312, the first level of Big5, kana; letters and digits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import ImageFont

import fingerprints.text
from fingerprints.text.glyphs import FILE, SIDE, SIZE_PX, drawn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_FOLDER: Final = Path("/usr/share/fonts")
_HAN: Final = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")
_LATIN: Final = (
    *("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
    *("NimbusSans-Regular.otf", "NimbusSans-Bold.otf", "NimbusRoman-Regular.otf"),
    *("NimbusRoman-Bold.otf", "NimbusRoman-Italic.otf", "C059-Roman.otf", "P052-Roman.otf"),
    *("NotoSansCJK-Regular.ttc", "NotoSansMono-Regular.ttf", "DejaVuSansMono.ttf"),
    *("DejaVuSans-Oblique.ttf", "DejaVuSansCondensed.ttf", "URWGothic-Book.otf"),
    *("NimbusSans-Italic.otf", "NimbusSansNarrow-Regular.otf", "URWBookman-Light.otf"),
)
_SIMPLIFIED: Final = 2
"""Number of the face for mainland China in Noto's collections."""


def glyphs(names: Iterable[str], characters: str) -> dict[str, NDArray[np.generic]]:
    """Arrays of what the fonts of these names draw for some characters."""
    points: list[int] = []
    rows: list[NDArray[np.uint8]] = []
    for name in names:
        path = min(_FOLDER.rglob(name))
        index = _SIMPLIFIED if path.suffix == ".ttc" else 0
        layout = ImageFont.Layout.BASIC
        face = ImageFont.truetype(str(path), SIZE_PX, index=index, layout_engine=layout)
        missing = drawn(face, "\U0010ffff")
        for one in characters:
            row = drawn(face, one)
            if row is not None and (missing is None or (row != missing).any()):
                points.append(ord(one))
                rows.append(row)
    table = np.stack(rows)
    fours = table[:, : SIDE * SIDE] // 17
    packed = (fours[:, ::2] << 4) | fours[:, 1::2]
    return {
        "points": np.array(points, np.uint16),
        "pixels": packed,
        "measures": table[:, SIDE * SIDE :],
    }


def common_han() -> str:
    """GB 2312 and the first level of Big5: what pages are written with; and kana."""
    simplified = bytes(
        b for row in range(0xB0, 0xF8) for at in range(0xA1, 0xFF) for b in (row, at)
    )
    cells = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(b for row in range(0xA4, 0xC7) for at in cells for b in (row, at))
    both = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    kana = "".join(map(chr, [*range(0x3041, 0x3097), *range(0x30A1, 0x30FB)]))
    return "".join(dict.fromkeys(one for one in both if "\u4e00" <= one <= "\u9fff")) + kana


def main() -> None:
    """Write the glyphs into the package."""
    latin = "".join(map(chr, [*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)]))
    arrays: dict[str, NDArray[np.generic]] = {}
    for script, names, characters in (("han", _HAN, common_han()), ("latin", _LATIN, latin)):
        made = glyphs(names, characters)
        arrays |= {f"{script}_{name}": array for name, array in made.items()}
    path = Path(fingerprints.text.__file__).parent / FILE
    np.savez_compressed(path, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
