"""The measure of the extractor: labelled posts, written from how people really post shares.

`first` was written before the extractor, the rest after it, each batch before the extractor met
it. What they gave when they were first met is in docs/shares.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.shares.links import shares_in_text, shares_on_page

POSTS = Path(__file__).with_name("posts")
LABELLED = (
    *("first", "held_out", "held_out_again", "held_out_last", "held_out_final"),
    *("held_out_ordinary", "held_out_more"),
)
MARKUP = re.compile(r"</[a-z]+>")


@dataclass(frozen=True)
class Score:
    """What was found of what is labelled."""

    posts: int
    links: int
    missed: list[str]
    mispaired: list[str]
    false: list[str]
    unpack: list[str]


def read(name: str) -> list[dict[str, Any]]:
    posts: list[dict[str, Any]] = yaml.safe_load((POSTS / f"{name}.yaml").read_text())
    return posts


def score(*names: str) -> Score:
    posts = [post for name in names for post in read(name)]
    missed, mispaired, false, unpack = [], [], [], []
    for post in posts:
        body, url = post["body"], "http://a.example/t/1.html"
        found = shares_on_page(body, url) if MARKUP.search(body) else shares_in_text(body)
        got = {(share.provider, share.id): share for share in found}
        wanted = {(one["provider"], one["id"]): one for one in post["shares"]}
        for key, one in wanted.items():
            share = got.get(key)
            if share is None:
                missed.append(f"{post['kind']}: {key}")
            elif share.code != one["code"]:
                mispaired.append(f"{post['kind']}: {key} {share.code!r} for {one['code']!r}")
            elif share.unpack_password != one.get("unpack", share.unpack_password):
                unpack.append(f"{post['kind']}: {share.unpack_password!r}")
        false += [f"{post['kind']}: {key}" for key in got.keys() - wanted.keys()]
    links = sum(len({(one["provider"], one["id"]) for one in post["shares"]}) for post in posts)
    return Score(len(posts), links, missed, mispaired, false, unpack)


def test_links_are_found_and_codes_paired() -> None:
    got = score(*LABELLED)
    found = 1 - len(got.missed) / got.links
    paired = 1 - (len(got.mispaired) + len(got.missed)) / got.links
    print(f"{got.posts} posts, {got.links} links: found {found:.4f}, paired {paired:.4f}")  # noqa: T201
    assert got.posts >= 110
    assert got.links >= 320
    assert got.false == []
    assert found >= 0.99, got.missed
    assert paired >= 0.98, got.mispaired
    assert got.unpack == []


@pytest.mark.parametrize("name", LABELLED)
def test_no_batch_is_much_worse(name: str) -> None:
    got = score(name)
    assert len(got.missed) <= 0.02 * got.links, got.missed
    assert len(got.mispaired) <= 0.04 * got.links, got.mispaired


def test_innocent_posts_have_no_shares() -> None:
    got = score("innocent")
    assert got.posts >= 40
    assert got.false == []


def test_an_innocent_post_beside_a_share_gives_it_no_code() -> None:
    wrong = []
    for post in read("innocent"):
        if MARKUP.search(post["body"]):
            continue
        link = "https://pan.quark.cn/s/0a1b2c3d4e5f"
        for text in (f"{link}\n\n\n\n{post['body']}", f"{post['body']}\n\n\n\n{link}"):
            share = next(one for one in shares_in_text(text) if one.provider == "quark")
            wrong += [(post["kind"], share.code)] if share.code else []
    assert len(wrong) <= 2, wrong
