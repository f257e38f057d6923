"""Why addresses brought nothing: what each code of a failure means, in words for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from console.cli.house import House

_HTTP: Final = "http_"
_SERVER_ERRORS: Final = 500
REASONS: Final = {
    "nothing_to_print": (
        "came, but has too little to be recognised by",
        "已取得，但内容太少，无从比对",
    ),
    "unreadable": ("can't be opened", "无法打开"),
    "unsupported": ("came, but of a kind that isn't examined", "已取得，但不是可检测的类型"),
    "undecodable": ("came, but is damaged", "已取得，但文件损坏"),
    "encrypted": ("came, but is locked with a password", "已取得，但有密码保护"),
    "too_large": ("came, but is too large to be examined", "已取得，但过大，未检测"),
    "fingerprint_error": ("came, but could not be examined", "已取得，但无法检测"),
    "examination_timeout": ("took too long to examine", "检测超时"),
    "examination_memory": ("needs too much memory to examine", "检测所需内存过多"),
    "examination_crash": ("brought the examining process down", "检测进程异常终止"),
    "challenged": (
        "wants a login, a captcha or another test, which nobody answers",
        "要求登录、验证码或其他验证，不予处理",
    ),
    "refused_by_robots": ("robots.txt asks not to visit it", "robots.txt 不允许访问"),
    "robots_unreachable": (
        "robots.txt can't be had, which is a no",
        "无法取得 robots.txt，视为不允许",
    ),
    "forbidden_address": ("is at a private address (--allow)", "位于内网（--allow）"),
    "forbidden_port": ("is at a port without web servers (--allow)", "端口不是网站端口（--allow）"),
    "forbidden_scheme": ("is no http(s) address", "不是 http(s) 网址"),
    "unknown_proxy": ("its proxy isn't in the settings", "配置中没有该代理"),
    "proxy_failed": ("the proxy refuses or can't be reached", "代理不可用"),
    "dns_failed": ("its name is unknown", "域名无法解析"),
    "connection_refused": ("the server refuses connections", "服务器拒绝连接"),
    "connection_failed": ("the connection was cut", "连接中断"),
    "timeout": ("no answer in time", "超时未应答"),
    "broken_body": ("what came is cut short or garbled", "内容不完整或编码错误"),
    "body_too_large": ("is larger than crawl.max_body_bytes", "超过 crawl.max_body_bytes"),
    "download_failed": ("could not be fetched", "获取失败"),
    "bad_redirect": ("is redirected to no address", "重定向目标无效"),
    "redirect_loop": (
        "is redirected to itself, as where a site wants cookies",
        "重定向回自身（如网站要求 Cookie）",
    ),
    "too_many_redirects": ("is redirected too often", "重定向次数过多"),
    "redirected_off_site": ("is redirected to another site", "重定向至其他网站"),
    "rendering_failed": ("the browser could not show it", "浏览器未能显示"),
    "tangled_markup": ("its markup is beyond reading", "页面结构异常，未解析链接"),
    "trap": ("leads nowhere new: taken for a trap", "内容不断重复，视为陷阱"),
    "unplayable_list": ("names no segments that anybody may play", "播放列表没有可公开播放的分片"),
    "parts_unreachable": ("its segments can't be had", "分片无法取得"),
    "share_unanswered": ("the provider doesn't answer", "网盘未应答"),
    "search_unreadable": ("the search engine's answer is unreadable", "搜索引擎的应答无法识别"),
    "extractor_error": ("yt-dlp could not read it", "yt-dlp 未能读取"),
    "extractors_missing": ("yt-dlp isn't installed", "未安装 yt-dlp"),
    "extractor_refused": ("yt-dlp wanted what may not be done", "yt-dlp 的操作不被允许"),
    "extractor_endless": ("yt-dlp took too long", "yt-dlp 超时"),
    "extractor_failed": ("yt-dlp found nothing", "yt-dlp 未取得内容"),
    "spider_error": ("a fault of Marque, see the log", "程序错误，见日志"),
    "crawl_error": ("could not be visited", "未能访问"),
    "abandoned": ("its request vanished", "请求丢失"),
}
_STATUSES: Final[Mapping[int, tuple[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: ("wants a login", "要求登录"),
    HTTPStatus.FORBIDDEN: ("the server refuses this visitor", "服务器拒绝访问"),
    HTTPStatus.NOT_FOUND: ("there is no such page", "页面不存在"),
    HTTPStatus.GONE: ("the page was removed", "页面已删除"),
    HTTPStatus.TOO_MANY_REQUESTS: ("the server asks for peace", "服务器要求降低频率"),
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: ("blocked for legal reasons", "因法律原因屏蔽"),
}


def explain(house: House, codes: Iterable[str]) -> None:
    """Remark what codes mean, each once, in order."""
    for code in sorted(set(codes)):
        english, chinese = in_words(code)
        if english:
            house.note(f"{code}: {english}", f"{code}：{chinese}")


def in_words(code: str) -> tuple[str, str]:
    """Return what a code means in English and Chinese; "" for one that isn't known."""
    number = code.removeprefix(_HTTP)
    if code.startswith(_HTTP) and number.isdecimal():
        status = int(number)
        failing = ("the server fails", "服务器出错")
        other = ("the server doesn't give it", "服务器未提供")
        default = failing if status >= _SERVER_ERRORS else other
        return _STATUSES.get(status, default)
    return REASONS.get(code, ("", ""))


def suggest_rendering(house: House, pages: int) -> None:
    """Remark that pages would have shown more in a browser, if there are any."""
    if pages:
        house.note(
            f"pages without content that scripts seem to build: {pages}"
            " (--render auto shows such pages in a browser)",
            f"有 {pages} 个空白网页似由脚本生成内容，可用 --render auto 以浏览器显示",
        )
