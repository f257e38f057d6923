"""What pages show of those behind them, in the words that they use."""

from __future__ import annotations

import pytest

from crawlers.spiders.tracing import facts_in, shown_on
from tests.responses import page_of

SHOWN = [
    ("Copyright © 2024 京ICP备12345678号-1", ["icp:京ICP备12345678号-1"]),
    ("备案号：粤ICP备 2021012345 号", ["icp:粤ICP备2021012345号"]),
    ("蜀ICP备15009561号 - 3", ["icp:蜀ICP备15009561号-3"]),
    ("京ICP备字第05067795号", ["icp:京ICP备05067795号"]),
    ("苏ＩＣＰ备１８０４４８１６号－２", ["icp:苏ICP备18044816号-2"]),
    ("APP备案号：粤ICP备16001234号-12A", ["app_icp:粤ICP备16001234号-12A"]),
    ("浙ICP备2023000001号-5X 小程序备案", ["app_icp:浙ICP备2023000001号-5X"]),
    ("增值电信业务经营许可证：粤B2-20090059", ["icp_licence:粤B2-20090059"]),
    ("京ICP证030173号", ["icp_licence:京ICP证030173号"]),
    ("京公网安备 11010502030143号", ["gongan:京公网安备11010502030143号"]),
    ("浙公网安备33010002000092号", ["gongan:浙公网安备33010002000092号"]),
    ("鄂公网安备第42018502006493号", ["gongan:鄂公网安备42018502006493号"]),
    ("作者：天蚕土豆 字数：300万", ["author:天蚕土豆"]),
    ("上传者: movie_fan 时间：2024", ["author:movie_fan"]),
    ("UP主：老番茄", ["author:老番茄"]),
    ("楼主：abc123 发表于昨天", ["author:abc123"]),
    ("Uploaded by: JohnDoe on May 3", ["author:JohnDoe"]),
    ("开发者：深圳市某某科技有限公司 版本：1.0", ["developer:深圳市某某科技有限公司"]),
    ("Developer: Tencent Games Updated", ["developer:Tencent Games Updated"]),
    ("播放：1.2万", ["views:12000"]),
    ("播放量：3亿", ["views:300000000"]),
    ("阅读数：100,234", ["views:100234"]),
    ("人气：8888 收藏：12", ["views:8888", "favourites:12"]),
    ("5.6万次播放", ["views:56000"]),
    ("120,300 views", ["views:120300"]),
    ("1.5k plays", ["views:1500"]),
    ("总点击：123,456 总收藏：2.3万", ["views:123456", "favourites:23000"]),
    ("2026-07-07 阅读(3,210) 评论(12)", ["views:3210", "comments:12"]),
    ("12:30 浏览（98）", ["views:98"]),
    ("下载次数：4500", ["downloads:4500"]),
    ("2,000,000+ downloads", ["downloads:2000000"]),
    ("安装量: 3.2W", ["downloads:32000"]),
    ("365万人下载", ["downloads:3650000"]),
    ("粉丝：1.1万 点赞：300", ["members:11000", "likes:300"]),
    ("8,204 subscribers", ["members:8204"]),
    ("Favourites: 12", ["favourites:12"]),
    ("评论：66 转发：7", ["comments:66", "shares:7"]),
    ("售价：9.9元", ["price:9.9元"]),
    ("VIP会员 ¥ 29.90 /月", ["price:¥29.90"]),
    ("价格：50金币", ["price:50金币"]),
    ("此资源下载价格为 5 金币", ["price:5金币"]),
    ("客服QQ：123456789", ["qq:123456789"]),
    ("QQ群：987654321 欢迎加入", ["qq_group:987654321"]),
    ("加QQ群 987654321 免费看", ["qq_group:987654321"]),
    ("QQ群987654321", ["qq_group:987654321"]),
    ("现价 12.5元", ["price:12.5元"]),
    ("联系微信：wx_abc123", ["wechat:wx_abc123"]),
    ("公众号：某某影视", ["wechat:某某影视"]),
    ("电报：@pirate_channel", ["telegram:pirate_channel"]),
    ("加入 https://t.me/films2024", ["telegram:films2024"]),
    ("https://t.me/shareholders", ["telegram:shareholders"]),
    ("联系邮箱：admin@example.com", ["email:admin@example.com"]),
    ("侵权请联系 abc#qq.com", ["email:abc@qq.com"]),
    ("mail: dmca [at] site.example.org", ["email:dmca@site.example.org"]),
    ("电话：400-123-4567", ["phone:400-123-4567"]),
    ("手机：13800138000", ["phone:13800138000"]),
    ("收款人：张三", ["payee:张三"]),
    ("支付宝账号：pay@example.com", ["email:pay@example.com", "payee:pay@example.com"]),
    ("ＱＱ：①②③④⑤⑥", ["qq:123456"]),
    ("扣扣群号：8888888", ["qq_group:8888888"]),
    ("微 信 公众号：abcdefg", ["wechat:abcdefg"]),
    ("阅读数：100，234", ["views:100234"]),
    ("售价￥9.9", ["price:¥9.9"]),
    ("收款人：张三（个人）", ["payee:张三"]),
    ("UP主：Ａｌｐｈａ！", ["author:Alpha!"]),
]
NOTHING = [
    "第12章 作者有话说",
    "ICP 是什么？备案流程说明",
    "下载 App 看更多",
    "他的QQ里没有好友，播放了一首歌",
    "The author of 3 books",
    "2024年5月6日 12:30",
    "2026-07-07 阅读 全文",
    "12:30 下载",
    "价格战打了三年",
    "微信支付 支付宝 银联",
    "电话响了三声",
    "views from the window",
    "https://t.me/share/url?url=https%3A%2F%2Fexample.com",
]


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_facts_that_are_shown(text: str, expected: list[str]) -> None:
    assert list(facts_in(text)) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_show_nothing(text: str) -> None:
    assert facts_in(text) == ()


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_facts_among_other_words_whose_signs_overlap(text: str, expected: list[str]) -> None:
    around = "企鹅、扣扣、会员、关注、下载播放、点击收藏、电报、微信、编辑、Tel、群 "
    assert set(expected) <= set(facts_in(f"{around}{text} {around}"))


def test_facts_of_a_page() -> None:
    page = page_of(
        "<html><head><meta name=author content=某站></head><body><p>播放：<b>99</b></p>"
        "<footer><a href='https://beian.mps.gov.cn/#/query/webSearch?code=11010502030143'>公安</a>"
        "<a href='https://t.me/somegroup'>群</a> 沪ICP备10000001号</footer>"
    )
    assert set(shown_on(page)) == {
        "author:某站",
        "views:99",
        "telegram:somegroup",
        "icp:沪ICP备10000001号",
    }


def test_long_pages_are_read_at_both_ends() -> None:
    page = page_of(f"<p>作者：甲</p>{'<p>雪夜无声</p>' * 60_000}<footer>京ICP备12345678号</footer>")
    assert shown_on(page) == ("icp:京ICP备12345678号", "author:甲")


def test_few_of_a_kind_are_kept() -> None:
    assert len(facts_in(" ".join(f"QQ：{n}" for n in range(10_000, 10_100)))) == 5
