"""Texts that are common to many works are no evidence."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprints.text import TextModality
from fingerprints.text.boilerplate import boilerplate
from fingerprints.text.labels import are_labels
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
SHARING = (
    "An E-Mail-Adresse senden Dein Name Deine E-Mail-Adresse Abbrechen Beitrag nicht abgeschickt -"
    " E-Mail Adresse kontrollieren! E-Mail-Überprüfung fehlgeschlagen, bitte versuche es noch"
)
COOKIES = (
    "Ce site utilise des cookies. En poursuivant votre navigation sur ce site, vous acceptez"
    " l’utilisation de cookies pour vous proposer des contenus et services adaptés à vos centres"
    " d’intérêts et réaliser des statistiques de visites."
)
COOKIES_ZH = (
    "本网站使用 Cookie 以及类似技术，为您提供更好的浏览体验、分析网站流量、提供个性化的内容和广告。"
    "点击“接受”即表示您同意我们使用 Cookie。您可以随时在设置中撤回您的同意。"
)
SELLING = (
    "We are a participant in the Amazon Services LLC Associates Program, an affiliate advertising"
    " program designed to provide a means for sites to earn advertising fees by advertising and"
    " linking to Amazon.com"
)


@pytest.mark.parametrize(
    "common",
    [NOTICES, LICENCE, SHARING, COOKIES, COOKIES_ZH, SELLING],
    ids=["notices", "licence", "sharing", "cookies", "cookies in Chinese", "selling"],
)
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


def title_page(title: str, author: str, date: str) -> str:
    """What dblatex puts before a book."""
    return (
        f"{title} iii\nCOLLABORATORS\nTITLE :\n{title}\nACTION NAME DATE SIGNATURE\n"
        f"WRITTEN BY {author} {date}\nREVISION HISTORY\nNUMBER DATE DESCRIPTION NAME\n{title} iv\n"
        "Contents\n"
    )


def test_books_made_by_one_tool_are_strangers() -> None:
    copy = title_page("Bridge Almanac", "Ann Lee", "May 4, 2023") + STORY * 40
    work = title_page("Bridge 手册", "Ann Lee", "May 9, 2022") + OTHER * 40
    assert TEXT.verify(TEXT.print_text(copy), TEXT.print_text(work)).score < 0.5


CATALOGUE_PAGE = (
    "图书在版编目（CIP）数据 {title}／{author}著．—北京：{house}，2019.5 ISBN 978-7-00-{number}-1 "
    "中国版本图书馆CIP数据核字（2019）第{number}号 责任编辑 {author} 出版发行 {house} "
    "经销 全国新华书店 开本 880毫米×1230毫米 1/32 印张 {sheets} 字数 {thousand}千字 "
    "版次 2019年5月第1版 印次 2019年5月第1次印刷 书号 ISBN 978-7-00-{number}-1 定价 {price}.00元"
)


def test_a_catalogue_page_is_nobodys() -> None:
    fields = ("title", "author", "house", "number", "sheets", "thousand", "price")
    rows = ("河边 陈远 长河出版社 018274 8 200 39", "风塔 吴起 青山书局 993617 11.5 318 52")
    one, two = (
        CATALOGUE_PAGE.format(**dict(zip(fields, row.split(), strict=True))) for row in rows
    )
    copy, work = TEXT.print_text(one + STORY * 20), TEXT.print_text(two + OTHER * 20)
    assert TEXT.verify(copy, work).score < 0.5


LABELS = (
    "Inspection Certificate Holder Reference Department Laboratory Temperature Pressure Measured"
    " Tolerance Assessment Signature Responsible Engineer"
)
SENTENCE = (
    "The old ferryman said that it had been his father who cut the marks in the stone, and he was"
    " not going to be the one to let them go under the water."
)


def test_labels_say_less_than_a_sentence() -> None:
    form, prose = normalise(LABELS), normalise(SENTENCE)
    assert are_labels(form, [(0, form.characters.size)])
    assert not are_labels(prose, [(0, prose.characters.size)])
    assert not are_labels(normalise(STORY), [(0, 60)])
    letters = normalise(LABELS.replace(" ", ""))
    assert not are_labels(letters, [(0, letters.characters.size)])


def test_little_of_two_long_texts_must_be_word_for_word() -> None:
    changed = "".join(
        "x" if at % 40 == 39 else one for at, one in enumerate(SENTENCE.replace(",", ""))
    )
    short = TEXT.verify(TEXT.print_text(changed), TEXT.print_text(OTHER * 99 + SENTENCE))
    assert short.score >= 0.5
    hidden = TEXT.print_text(STORY * 99 + changed + STORY * 99)
    assert TEXT.verify(hidden, TEXT.print_text(OTHER * 199 + SENTENCE)).score < 0.5
