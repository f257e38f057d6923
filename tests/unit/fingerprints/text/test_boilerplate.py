"""Texts that are common to many works are no evidence."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprints.text import TextModality
from fingerprints.text.boilerplate import boilerplate
from fingerprints.text.normalise import normalise

TEXT = TextModality()
STORY = (
    "却说那日天色将晚，两个赶车的老汉在桥头歇脚，一个姓陈，一个姓吴，说起三十年前修这座桥的旧事。"
    "桥下的水比往年浅了许多，露出几块青石，石上刻着谁也认不全的字。吴老汉说那是他爷爷刻的。"
)
OTHER = (
    "工程师把新的传感器装在塔吊上以后，数据每隔五秒送回控制室，夜班的人不必再爬上去抄表。"
    "她在本子里写下温度、风速和载荷，又画了一条歪歪扭扭的曲线，说这就是昨夜台风经过的样子。"
)
NOTICES = (
    "本站所有小说为转载作品，所有章节均由网友上传，转载至本站只是为了宣传本书让更多读者欣赏。"
    "免责声明：本站所收录作品、社区话题、书库评论及本站所做之广告均属个人行为，与本站立场无关。"
)
LICENCE = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"
    ' and associated documentation files (the "Software"), to deal in the Software without'
    " restriction, including without limitation the rights to use, copy, modify, merge, publish,"
    " distribute, sublicense, and/or sell copies of the Software"
)


@pytest.mark.parametrize("common", [NOTICES, LICENCE], ids=["notices", "licence"])
def test_works_that_share_only_a_notice_are_strangers(common: str) -> None:
    copy, work = TEXT.print_text(STORY + common), TEXT.print_text(OTHER + "\n" + common)
    comparison = TEXT.verify(copy, work)
    assert comparison.score < 0.5
    assert comparison.spans == ()
    shared = set(work.parts[0].terms.tolist())
    for lookup in TEXT.probe(copy).lookups:
        assert len(shared & set(lookup.terms.tolist())) < lookup.min_shared


def test_a_story_is_found_beside_a_notice() -> None:
    comparison = TEXT.verify(TEXT.print_text(STORY + NOTICES), TEXT.print_text(NOTICES + STORY))
    assert comparison.score >= 0.5


def test_which_characters_are_common() -> None:
    text = normalise(STORY + NOTICES + OTHER).characters
    common = boilerplate(text)
    start = normalise(STORY).characters.size
    end = start + normalise(NOTICES).characters.size
    assert common[start + 8 : end - 8].all()
    assert not common[:start].any()
    assert not common[end:].any()
    assert not boilerplate(np.zeros(0, np.uint32)).any()
