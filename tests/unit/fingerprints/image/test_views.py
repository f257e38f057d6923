import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprints.contract import Region
from fingerprints.image import views


def texture(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 200, (height, width)).astype(np.uint8)


@pytest.mark.parametrize("paper", [0, 90, 255])
def test_a_border_is_trimmed(paper: int) -> None:
    framed = np.full((300, 400), paper, np.uint8)
    framed[30:280, 40:380] = texture(250, 340)
    assert views.trimmed(framed) == pytest.approx(Region(0.1, 0.1, 0.95, 280 / 300), abs=0.01)


def test_a_noisy_letterbox_is_trimmed() -> None:
    boxed = np.random.default_rng(8).integers(0, 6, (300, 400)).astype(np.uint8)
    boxed[45:255] = texture(210, 400)
    assert views.trimmed(boxed) == pytest.approx(Region(0, 0.15, 1, 0.85), abs=0.01)


def test_a_picture_without_a_border_is_left_alone() -> None:
    assert views.trimmed(texture(200, 300)) is None
    assert views.trimmed(np.full((200, 300), 9, np.uint8)) is None


def test_what_a_border_nearly_fills_is_left_alone() -> None:
    lonely = np.full((300, 300), 255, np.uint8)
    lonely[140:160, 140:160] = texture(20, 20)
    assert views.trimmed(lonely) is None


def test_two_plain_halves_are_left_alone() -> None:
    halves = np.zeros((200, 300), np.uint8)
    halves[90:] = 200
    assert views.trimmed(halves) is None
    assert views.trimmed(halves.T) is None


def page() -> NDArray[np.uint8]:
    """Rows of strokes, and two pictures."""
    paper = np.full((512, 400), 250, np.uint8)
    paper[20:500:10, 20:380] = 40
    paper[60:200, 30:230] = texture(140, 200)
    paper[300:420, 100:200] = texture(120, 100)
    return paper


def test_pictures_on_a_page_are_found() -> None:
    found = views.panels(page())
    assert found[0] == pytest.approx(Region(30 / 400, 60 / 512, 230 / 400, 200 / 512), abs=0.01)
    assert found[1] == pytest.approx(Region(100 / 400, 300 / 512, 200 / 400, 420 / 512), abs=0.01)
    assert len(found) == 2


def test_text_alone_has_no_panels() -> None:
    paper = np.full((512, 400), 250, np.uint8)
    paper[20:500:10, 20:380] = 40
    assert views.panels(paper) == []


def test_a_photograph_has_no_panels() -> None:
    assert views.panels(texture(300, 400)) == []


def test_the_ladder_stays_inside() -> None:
    steps = list(views.ladder())
    assert len(steps) == 9 + 9 + 25
    assert all(0 <= one.left < one.right <= 1.000001 for one in steps)
    assert all(0 <= one.top < one.bottom <= 1.000001 for one in steps)


def test_pixels_of_a_region() -> None:
    whole = texture(100, 200)
    assert (views.pixels(whole, views.WHOLE) == whole).all()
    assert views.pixels(whole, Region(0.5, 0.25, 1, 0.75)).shape == (50, 100)
    assert views.pixels(whole, Region(0.49, 0.49, 0.4901, 0.4901)).shape == (1, 1)


def lines(high: int = 512, wide: int = 400) -> NDArray[np.uint8]:
    """Lines of strokes of uneven length, as of text."""
    paper = np.full((high, wide), 250, np.uint8)
    for top in range(20, high - 20, 16):
        strokes = np.random.default_rng(top).integers(0, 2, (8, wide - 60)).astype(np.uint8)
        paper[top : top + 8, 30:-30] = 250 - 220 * strokes
    return paper


def test_running_text_is_told_from_pictures() -> None:
    assert views.is_running_text(lines())
    assert views.is_running_text(np.ascontiguousarray(lines().T))
    with_picture = lines()
    with_picture[100:350, 40:360] = texture(250, 320)
    assert not views.is_running_text(with_picture)
    assert not views.is_running_text(texture(300, 400))
    assert not views.is_running_text(np.full((300, 200), 255, np.uint8))


def test_the_share_in_one_tone() -> None:
    half = np.zeros((64, 64), np.float32)
    half[:32] = np.linspace(60, 250, 32)[:, None]
    assert views.plain_share(half) == pytest.approx(0.5, abs=0.05)
