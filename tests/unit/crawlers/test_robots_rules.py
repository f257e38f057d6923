from __future__ import annotations

import pytest
from scrapy.http import TextResponse

from crawlers.robots import _parse, product_token

PAGE = "https://pirate.example/book/1"


def allows(robots: str, *, status: int = 200) -> bool | None:
    response = TextResponse("https://pirate.example/robots.txt", status, body=robots.encode())
    rules = _parse(response, "Marque")
    return None if rules is None else rules.can_fetch(PAGE, "Marque")


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /book", False),
        ("User-agent: *\nDisallow: /books", True),
        ("User-agent: *\nDisallow: /book\nAllow: /book/1", True),
        ("User-agent: *\nAllow: /\nDisallow: /book", False),
        ("User-agent: *\nDisallow: /*1$", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Marque\nDisallow: /other", True),
        ("User-agent: *\nDisallow:\n\nuser-agent:MARQUE\ndisallow:/book", False),
        ("User-agent: Marque/2.0\nDisallow: /", False),
        ("User-agent: marque\nUser-agent: other\nDisallow: /", False),
        ("User-agent: other\nUser-agent: marque\nDisallow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: mar\nDisallow: /", True),
        ("User-agent: Marquee\nDisallow: /", True),
        ("User-agent: Marque # that is us\nDisallow: /", False),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("User-agent: marque\nDisallow: /a\n\nUser-agent: marque\nDisallow: /book", False),
        ("Disallow: /", True),
        ("<html><body>User-agent: *</body></html>", True),
    ],
)
def test_rules_are_read_as_rfc_9309_says(robots: str, *, allowed: bool) -> None:
    assert allows(robots) is allowed


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        *[(200, False), (204, False)],
        *[(301, True), (401, True), (403, True), (404, True), (410, True)],
        *[(429, None), (500, None), (502, None), (503, None), (599, None)],
    ],
)
def test_a_status_says_what_rfc_9309_makes_of_it(status: int, *, allowed: bool | None) -> None:
    assert allows("User-agent: *\nDisallow: /", status=status) is allowed


def test_what_comes_after_500_kib_is_not_read() -> None:
    padding = "# padding\n" * 51_200
    assert allows(padding + "User-agent: *\nDisallow: /") is True
    assert allows("User-agent: *\nDisallow: /\n" + padding) is False


def test_many_names_with_many_rules_stay_cheap() -> None:
    robots = "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /x\n" * 20_000
    assert allows(robots) is True


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("Marque/0.1 (+https://example.org)", "Marque"),
        ("marque-bot", "marque-bot"),
        ("My_Crawler 2", "My_Crawler"),
    ],
)
def test_the_product_token_is_the_first_word(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token


def test_a_user_agent_without_a_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="product token"):
        product_token("(anonymous)")
