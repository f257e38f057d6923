"""Words that tell a page's body from what stands around it: names of elements, and phrases."""

from __future__ import annotations

import re
from typing import Final

_STEMS: Final = (
    "about abstract access action addtoany ad ads advert affiliat agb alert archive art "
    "article articlebody aside attach author avatar back banner base bio block blog body book "
    "bot bottom box bread breadcrumb button byline cap caption card cart categor chapter col "
    "column comment community contact container content cookie copy copyright count credit "
    "data date dateline desc detail dialog disclaimer discuss disqus download editor embed "
    "entry error event excerpt extra facebook fact feat feed field figcaption figure flex "
    "foot footer form forum full gallery grid group h1 head header headline hero hidden hide "
    "hint home hot icon image img index info inner input instagram intro item job js "
    "kommentar label lang layout lead left legal license like line link list load log login "
    "logo main map mark media menu meta mobile modal module more most msg nav navi newest "
    "news newsletter next note notice novel num off offer opinion option outbrain overlay "
    "page pager pagination panel par paragraph pay photo pic player poll pop popular popup "
    "post posted preview prev price primary print privacy prod profile promo public publish "
    "quot rank rat read recent recipe recommend ref region rel relat reply report respond "
    "review rich right row rss rubrik search second section share sharing shop shortcut show "
    "side sidebar sign single site skip slide slider social source spons static status sticky "
    "story strap sub subhead subscri subtitle summary tab table tabs tag taglist tags target "
    "teaser terms text thumb time title tool toolbar tools top topic trail trend tweet "
    "twitter txt ui user video view vote wechat weather widget wiki wp wrap wrapper xing zoom "
    "toc reference footnote navbox infobox edit mw see also glossary sitemap store cta "
    "captcha email mail phone address imprint impressum datenschutz zhengwen neirong yuedu "
    "htmlcontent nr bookname booktext readcontent readtext chaptercontent tuijian guanggao "
    "pinglun xiangguan fenxiang "
)
STEMS: Final = tuple(dict.fromkeys(_STEMS.split()))
"""Beginnings of the words that classes and ids are made of; kept in this order by `NAMES`."""
_SAID: Final = (
    (
        r"copyright|©|\(c\)\s|all rights|rights reserved|alle rechte|tous droits|版权|"
        r"版權|icp|备案"
    ),
    (
        r"\bshare|tweet|facebook|twitter|whatsapp|pinterest|linkedin|instagram|teilen|"
        r"partager|分享|微信|微博|朋友圈|扫码|扫一扫|二维码"
    ),
    (
        r"comment|\breply|kommentar|antwort|評論|评论|回复|回帖|留言|跟帖|点赞|登录|登陆|注册|"
        r"log ?in|sign ?in|anmelden|einloggen|register"
    ),
    (
        r"\brelated|read more|see also|also read|you may|might (?:also )?like|"
        r"more from|mehr (?:zum|lesen)|weiterlesen|weitere|auch interessant|lesen sie|"
        r"lire aussi|ähnliche|相关|推荐|更多|热门|精彩|猜你"
    ),
    (
        r"上一[篇章页頁]|下一[篇章页頁]|previous|\bnext\b|vorherige|nächste|返回|目录|书签|加入书架|"
        r"投票|章节报错|手机阅读|最新章节|older|newer|zurück"
    ),
    (
        r"posted|published|updated|written by|^by\b|^von\b|veröffentlicht|"
        r"aktualisiert|publié|作者|来源|來源|编辑|責任編輯|责编|记者|发布|時間|时间|\d{4}-\d\d?-\d\d?|"
        r"\d\d?:\d\d|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}年\d"
    ),
    (
        r"cookie|privacy|datenschutz|newsletter|subscri|abonn|impressum|terms|"
        r"widerruf|agb\b|e-mail|隐私|订阅|免责|声明|举报"
    ),
    (
        r"^tags?\b|filed under|categor|kategorie|schlagw|tagged|labels?:|标签|标籤|关键[词字]|"
        r"themen"
    ),
    r"advert|anzeige|sponsor|werbung|广告|廣告|下载|app\b|客户端|公众号",
    (
        r"loading|javascript|browser|flash player|video|image|photo|bild|foto|图片|图为|"
        r"资料图|\(ap\)|getty"
    ),
    r"€|\$\s?\d|£|¥|\bprice|preis|warenkorb|cart\b|lieferzeit|mwst|价格|购买",
    r"^\W*\d+\W*$|^\W+$",
    r"^(?:https?://|www\.)\S+$|@\w+\.\w+",
    r"^[#@→»›<«|•·*+–—-]",
)
SAYS: Final = tuple(re.compile(one) for one in _SAID)
"""Phrases of short lines in small letters: of rights, sharing, comments, more to read, turning
pages, who and when, terms, tags, advertising, pictures, prices; numbers, addresses, bullets."""
