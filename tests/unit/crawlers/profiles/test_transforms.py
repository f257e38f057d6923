"""What is made of texts."""

from __future__ import annotations

import pytest

from crawlers.profiles import transforms
from tests.unit.crawlers.profiles.reading import AT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-01-02 03:04", "2024-01-02T03:04:00"),
        ("发布于 2024年1月2日", "2024-01-02"),
        ("3小时前", "2026-03-05T09:00:00"),
        ("半小时前", "2026-03-05T11:30:00"),
        ("5 分钟之前", "2026-03-05T11:55:00"),
        ("an hour ago", "2026-03-05T11:00:00"),
        ("2 days ago", "2026-03-03"),
        ("9999年前", ""),
        ("昨天 12:30", "2026-03-04T12:30:00"),
        ("前天", "2026-03-03"),
        ("Yesterday, 09:15", "2026-03-04T09:15:00"),
        ("Mar 5, 2024 1:02 pm", "2024-03-05T13:02:00"),
        ("March 5th, 2024", "2024-03-05"),
        ("5 March 2024", "2024-03-05"),
        ("Feb 31, 2024", ""),
        ("03-04 10:00", "2026-03-04T10:00:00"),
        ("12-31 10:00", "2025-12-31T10:00:00"),
        ("13-41 10:00", ""),
        ("never", ""),
    ],
)
def test_moments(text: str, said: str) -> None:
    assert transforms.moment(text, AT) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("阅读 1.2万+", "12000"),
        ("12,345 views", "12345"),
        ("3k", "3000"),
        ("1.5亿", "150000000"),
        ("点击：99次", "99"),
        ("1.2M views", "1200000"),
        ("none", ""),
    ],
)
def test_numbers(text: str, said: str) -> None:
    assert transforms.number(text) == said


def test_lines() -> None:
    assert transforms.lines(" a  b \n\n \u3000c\n") == "a b\nc"
    assert transforms.words(" a\n b ") == "a b"
