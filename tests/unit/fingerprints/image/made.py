"""Pictures that one tool makes: alike in frames and grounds, each with something else to say."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_LETTERS = list("abcdefghijklmnopqrstuvwxyz")
_PLAIN, _BOLD = cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX
_FINDER = 7  # modules of a corner of a QR code


def notes(seed: int) -> Picture:
    """Staves with notes on them."""
    chance = np.random.default_rng(seed)
    page = np.full((1300, 1000, 3), 255, np.uint8)
    for top in range(120, 1200, 125):
        for line in range(5):
            cv2.line(page, (60, top + 12 * line), (940, top + 12 * line), (0, 0, 0), 2)
        x = 130
        while x < 920:
            y = top + 54 - 6 * int(chance.integers(-1, 10))
            cv2.ellipse(page, (x + 7, y), (8, 6), 0, 0, 360, (0, 0, 0), -1)
            cv2.line(page, (x + 14, y), (x + 14, y - 40), (0, 0, 0), 2)
            x += int(chance.choice([28, 40, 56]))
    return page


def qr_code(seed: int) -> Picture:
    """A code with its three corners."""
    modules = np.random.default_rng(seed).integers(0, 2, (29, 29))
    for y, x in ((0, 0), (0, 22), (22, 0)):
        for inset, black in ((0, 1), (1, 0), (2, 1)):
            inner = slice(y + inset, y + _FINDER - inset), slice(x + inset, x + _FINDER - inset)
            modules[inner] = black
    ink = np.kron(np.pad(modules, 3), np.ones((12, 12), np.int64))
    return np.repeat(np.asarray(255 * (1 - ink), np.uint8)[..., None], 3, axis=2)


def bars(seed: int) -> Picture:
    """A bar chart with axes, ticks and a title."""
    heights = np.random.default_rng(seed).integers(40, 430, 8)
    chart = np.full((600, 800, 3), 255, np.uint8)
    cv2.putText(chart, "Sales by quarter", (240, 50), _PLAIN, 1, (30, 30, 30), 2, cv2.LINE_AA)
    cv2.rectangle(chart, (100, 80), (760, 530), (0, 0, 0), 2)
    for tick in range(6):
        cv2.putText(chart, str(20 * tick), (45, 535 - 85 * tick), _PLAIN, 0.6, (0, 0, 0), 1)
        cv2.line(chart, (92, 530 - 85 * tick), (100, 530 - 85 * tick), (0, 0, 0), 2)
    for number, height in enumerate(heights.tolist()):
        left = 125 + 80 * number
        cv2.rectangle(chart, (left, 530 - height), (left + 60, 530), (180, 119, 31), -1)
        cv2.putText(chart, "ABCDEFGH"[number], (left + 20, 565), _PLAIN, 0.7, (0, 0, 0), 1)
    return chart


def slide(seed: int) -> Picture:
    """A company's slide: its bars, badge and line at the foot, and other points each time."""
    chance = np.random.default_rng(seed)
    page = np.full((720, 1280, 3), 250, np.uint8)
    cv2.rectangle(page, (0, 0), (1280, 90), (140, 60, 20), -1)
    cv2.rectangle(page, (0, 680), (1280, 720), (140, 60, 20), -1)
    cv2.circle(page, (1210, 45), 30, (20, 190, 250), -1)
    cv2.putText(page, "Company Confidential", (40, 708), _PLAIN, 0.8, (255,) * 3, 2)
    cv2.putText(page, _words(chance, 3), (40, 60), _BOLD, 1.4, (255,) * 3, 2, cv2.LINE_AA)
    for point in range(int(chance.integers(4, 7))):
        y = 160 + 85 * point
        cv2.circle(page, (78, y - 10), 8, (140, 60, 20), -1)
        text = _words(chance, int(chance.integers(3, 7)))
        cv2.putText(page, text, (110, y), _PLAIN, 1.1, (30, 30, 30), 2, cv2.LINE_AA)
    return page


def chat(seed: int) -> Picture:
    """A screenshot of a conversation, with the bars that its app always has."""
    chance = np.random.default_rng(seed)
    page = np.full((1280, 720, 3), 255, np.uint8)
    cv2.rectangle(page, (0, 0), (720, 50), (0, 0, 0), -1)
    time = f"{chance.integers(24):02}:{chance.integers(60):02}"
    cv2.putText(page, time, (20, 36), _PLAIN, 0.9, (255,) * 3, 2)
    cv2.rectangle(page, (0, 50), (720, 140), (96, 193, 7), -1)
    cv2.putText(page, "Chats", (300, 110), _BOLD, 1.3, (255,) * 3, 2)
    y = 170
    while y < 1080:
        mine, lines = bool(chance.integers(2)), int(chance.integers(1, 3))
        texts = [_words(chance, int(chance.integers(1, 4))) for _ in range(lines)]
        wide, high = 20 * max(map(len, texts)) + 40, 50 * lines + 30
        left = 610 - wide if mine else 110
        tint = (105, 236, 149) if mine else (235, 235, 235)
        cv2.rectangle(page, (left, y), (left + wide, y + high), tint, -1)
        for number, text in enumerate(texts):
            cv2.putText(page, text, (left + 20, y + 45 + 50 * number), _PLAIN, 1, (0, 0, 0), 2)
        face = (630, (200, 120, 90)) if mine else (20, (60, 140, 220))
        cv2.rectangle(page, (face[0], y), (face[0] + 70, y + 70), face[1], -1)
        y += high + 40
    cv2.rectangle(page, (0, 1180), (720, 1280), (245, 245, 245), -1)
    cv2.rectangle(page, (100, 1200), (560, 1260), (255, 255, 255), -1)
    return page


def _words(chance: np.random.Generator, count: int) -> str:
    sizes = chance.integers(4, 9, count)
    return " ".join("".join(chance.choice(_LETTERS, size)) for size in sizes)
