"""Which extractors are not asked, and why: nobody's technical measures are passed.

Source: 著作权法 第四十九条: nobody may circumvent a technical measure without the holder's leave.
None of the exceptions of 第五十条 is a crawl's.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

CIPHER: Final = (
    "its site's player hides addresses or requests behind a cipher or signature, and undoing that "
    "is circumvention (Copyright Law of China, article 49) · "
    "该站播放器以加密或签名隐藏地址，还原属规避技术措施（著作权法第四十九条）"
)
POSING: Final = (
    "it shows a key or token of the site's own program, which is for that program alone "
    "(Copyright Law of China, article 49) · "
    "须冒用该站自有程序的密钥或令牌，属规避技术措施（著作权法第四十九条）"
)
LOGIN: Final = "what it reads is behind a login · 内容须登录后方可访问"
LICENCE: Final = "all that is offered needs a licence (DRM) · 内容受 DRM 保护，须取得许可"
REGION: Final = (
    "the site answers other regions only; none is feigned · 仅对其他地区开放，不伪造所在地区"
)
BROKEN: Final = "yt-dlp itself marks it as broken · yt-dlp 已标注该提取器失效"

_BY_MODULE: Final = {
    **dict.fromkeys(
        ("youtube", "bilibili", "douyutv", "huya", "iqiyi", "neteasemusic", "tencent", "xhamster"),
        CIPHER,
    ),
    **dict.fromkeys(
        ("facebook", "instagram", "soundcloud", "tiktok", "twitch", "twitter", "vimeo", "youku"),
        POSING,
    ),
}
"""By the module of yt-dlp. What computes ciphers is found by what it imports, too."""
_CIPHERS: Final = ("yt_dlp.aes", "yt_dlp.jsinterp", "yt_dlp.extractor.openload")
_OF_ALL: Final = "yt_dlp.extractor.common"
_HERE: Final = "yt_dlp.extractor."


def refusal_of(extractor: Any) -> str | None:  # noqa: ANN401  a class of yt-dlp, which has no types
    """Return why an extractor isn't asked, in both languages; None for one that may be."""
    if not extractor.working():
        return BROKEN
    for module in _modules(extractor):
        name = module.__name__.removeprefix(_HERE).partition(".")[0]
        if name in _BY_MODULE:
            return _BY_MODULE[name]
        if any(_is_cipher(one) for one in vars(module).values()):
            return CIPHER
    return None


def named() -> frozenset[str]:
    """Return the modules of yt-dlp that are refused by name."""
    return frozenset(_BY_MODULE)


def _modules(extractor: Any) -> Iterator[ModuleType]:  # noqa: ANN401
    """Yield the modules that an extractor and those it is made of are written in."""
    real = getattr(extractor, "real_class", extractor)
    for one in real.__mro__:
        if one.__module__.startswith(_HERE) and one.__module__ != _OF_ALL:
            yield sys.modules[one.__module__]


def _is_cipher(imported: object) -> bool:
    if isinstance(imported, ModuleType):
        return imported in (hashlib, hmac) or imported.__name__ in _CIPHERS
    return getattr(imported, "__module__", None) in _CIPHERS
