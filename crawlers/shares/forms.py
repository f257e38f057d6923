"""How each provider's addresses look: what they begin with, which ids they have, which codes.

Hosts and ids are as the providers' own share dialogues write them. Anchors are matched on text in
lower case from which all that is no part of an address was taken (`crawlers.shares.legible`); all
repeats are bounded, and each anchor has a literal near its start. One table, so a long file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a provider's addresses.

    `anchor` ends where the id begins. `usual`: how long ids are, as a rule; what is broken is put
    together to such a length, and what is longer is cut there if a separator follows. `code`: None
    where shares have none. `url` and `opened` are filled with `id` and `code`.
    """

    provider: str
    anchor: re.Pattern[str]
    id: re.Pattern[str]
    characters: str
    usual: tuple[int, ...]
    code: re.Pattern[str] | None
    url: str
    opened: str
    prefix: str = ""
    needs_code: bool = False
    """Whether every share of the provider has a code."""


_FOUR: Final = re.compile(r"[A-Za-z0-9]{4}")
_SOME: Final = re.compile(r"[A-Za-z0-9]{2,12}")
_KEY: Final = re.compile(r"[\w-]{43}|[\w-]{22}", re.ASCII)
_WORD: Final = r"[A-Za-z0-9]"
_SAFE: Final = r"[A-Za-z0-9_-]"


def _form(  # noqa: PLR0913  a form is made of so many facts
    provider: str,
    anchor: str,
    id: str,
    *,
    url: str,
    opened: str = "{url}",
    characters: str = _WORD,
    usual: tuple[int, ...] = (),
    code: re.Pattern[str] | None = None,
    prefix: str = "",
    needs_code: bool = False,
) -> Form:
    return Form(
        provider=provider,
        anchor=re.compile(anchor),
        id=re.compile(id, re.ASCII),
        characters=characters,
        usual=usual,
        code=code,
        url=url,
        opened=opened.replace("{url}", url),
        prefix=prefix,
        needs_code=needs_code,
    )


_PAN: Final = r"(?:pan|yun|eyun)\.baidu\.com/"
_BAIDU: Final = "https://pan.baidu.com/s/{id}"
_TERABOX: Final = (
    r"(?:(?:1024|free)?tera(?:box)?(?:app|link|share)?|4funbox|mirrobox|nephobox|momerybox|tibibox)"
    r"\.(?:com|app|fun)/(?:wap/|chinese/|english/)?"
)
_GOOGLE: Final = "https://drive.google.com/open?id={id}"
_LANZOU: Final = r"(?:lanzou[a-z]?|lanzo[a-z]{2}|lanz[nvb]|lanrar|lanosso|woozooo)\.com/"

FORMS: Final = (
    _form(
        "baidu",
        _PAN + r"(?:wap/)?s/",
        r"1[\w-]{4,30}",
        url=_BAIDU,
        opened="{url}?pwd={code}",
        characters=_SAFE,
        usual=(23, 8),
        code=_FOUR,
    ),
    _form(
        "baidu",
        _PAN + r"(?:share|wap)/init\?surl=",
        r"1[\w-]{4,30}",
        url=_BAIDU,
        opened="{url}?pwd={code}",
        characters=_SAFE,
        usual=(23, 8),
        code=_FOUR,
        prefix="1",
    ),
    _form(
        "aliyun",
        r"ali(?:pan|yundrive)\.com/s/",
        _WORD + "{8,14}",
        url="https://www.alipan.com/s/{id}",
        usual=(11,),
        code=_FOUR,
    ),
    _form(
        "quark",
        r"pan\.q[uo]ark\.cn/s/",
        "[0-9a-z]{8,32}",
        url="https://pan.quark.cn/s/{id}",
        opened="{url}?pwd={code}",
        usual=(12,),
        code=_FOUR,
    ),
    _form(
        "uc",
        r"(?:drive|fast|yun)\.uc\.cn/s/",
        "[0-9a-z]{8,24}",
        url="https://drive.uc.cn/s/{id}",
        opened="{url}?password={code}",
        usual=(13, 15),
        code=_FOUR,
    ),
    _form(
        "115",
        r"(?:115(?:cdn)?|anxia)\.com/s/",
        "sw[0-9a-z]{6,22}",
        url="https://115.com/s/{id}",
        opened="{url}?password={code}",
        usual=(11,),
        code=_FOUR,
        needs_code=True,
    ),
    _form(
        "123",
        r"123(?:pan|ddd|\d{3})\.c(?:om|n)/s/",
        _WORD + "{4,12}-" + _WORD + "{4,12}",
        url="https://www.123pan.com/s/{id}",
        opened="{url}?pwd={code}",
        characters=r"[A-Za-z0-9-]",
        usual=(12, 10, 11),
        code=_FOUR,
    ),
    _form(
        "tianyi",
        r"cloud\.189\.cn/(?:share\.html#/t/|t/|web/share\?code=)",
        _WORD + "{8,14}",
        url="https://cloud.189.cn/t/{id}",
        usual=(12,),
        code=_FOUR,
    ),
    _form(
        "xunlei",
        r"pan\.xunlei\.com/s/",
        r"V[\w-]{8,60}",
        url="https://pan.xunlei.com/s/{id}",
        opened="{url}?pwd={code}",
        characters=_SAFE,
        usual=(26,),
        code=_FOUR,
        needs_code=True,
    ),
    _form(
        "lanzou",
        _LANZOU,
        r"(?=[a-z]*[0-9A-Z])[ib]" + _WORD + "{5,14}",
        url="https://www.lanzoui.com/{id}",
        usual=(12, 9),
        code=_SOME,
    ),
    _form(
        "lanzou",
        _LANZOU + "(?:tp|s)/",
        _WORD + "{4,20}",
        url="https://www.lanzoui.com/{id}",
        usual=(12, 9),
        code=_SOME,
    ),
    _form(
        "ilanzou",
        r"ilanzou\.com/s/",
        _WORD + "{6,12}",
        url="https://www.ilanzou.com/s/{id}",
        opened="{url}?code={code}",
        usual=(8,),
        code=_SOME,
    ),
    _form(
        "feijipan",
        r"feij(?:ipan|ix)\.com/s/",
        _WORD + "{6,12}",
        url="https://share.feijipan.com/s/{id}",
        opened="{url}?code={code}",
        usual=(8,),
        code=_SOME,
    ),
    _form(
        "mobile139",
        r"(?:cai)?yun\.139\.com/(?:m/i\?|m/i/|w/i/|link/w/i/|shareweb/#/w/i/|front/#/detail\?linkid=)",
        _WORD + "{8,20}",
        url="https://caiyun.139.com/m/i?{id}",
        usual=(13,),
        code=_FOUR,
    ),
    _form(
        "mobile139",
        r"caiyun\.feixin\.10086\.cn/(?:dl/)?",
        _WORD + "{12,20}",
        url="https://caiyun.139.com/m/i?{id}",
        usual=(13,),
        code=_FOUR,
    ),
    _form(
        "weiyun",
        r"share\.weiyun\.com/",
        _WORD + "{8}|[0-9a-f]{32}",
        url="https://share.weiyun.com/{id}",
        usual=(8, 32),
        code=re.compile(r"[A-Za-z0-9]{4,6}"),
    ),
    _form(
        "ctfile",
        r"(?:ctfile|pipipan|545c|089u|474b|590m|t00y|dufile|u062|306t|089m|400gb|n802|ct4t)\.com/"
        r"(?:f|file)/",
        r"\d{4,12}-\d{4,14}(?:-[0-9a-f]{4,8})?|\d{6,14}",
        url="https://url.ctfile.com/f/{id}",
        opened="{url}?p={code}",
        characters=r"[0-9a-f-]",
        code=re.compile(r"[A-Za-z0-9]{3,8}"),
    ),
    _form(
        "ctfile",
        r"(?:ctfile|pipipan|545c|089u|474b|590m|t00y|dufile|u062|306t|089m|400gb|n802|ct4t)\.com/"
        r"(?:d|dir)/",
        r"\d{4,12}-\d{4,14}(?:-[0-9a-f]{4,8})?|\d{6,14}",
        url="https://url.ctfile.com/d/{id}",
        opened="{url}?p={code}",
        characters=r"[0-9a-f-]",
        code=re.compile(r"[A-Za-z0-9]{3,8}"),
    ),
    _form(
        "cowtransfer",
        r"(?:cowtransfer\.com|c-t\.work)/s/",
        "[0-9a-f]{12,20}",
        url="https://cowtransfer.com/s/{id}",
        usual=(14,),
        code=re.compile(r"[A-Za-z0-9]{4,6}"),
    ),
    _form(
        "wenshushu",
        r"(?:wenshushu\.(?:cn|com)|wss\d?\.(?:cn|cc)|ws28\.cn|wenxiaozhan\.(?:cn|net))/(?:f|k|box)/",
        "[0-9a-z]{6,16}",
        url="https://www.wenshushu.cn/f/{id}",
        usual=(11,),
        code=_FOUR,
    ),
    _form(
        "jianguoyun",
        r"jianguoyun\.com/p/",
        r"D[\w-]{8,40}",
        url="https://www.jianguoyun.com/p/{id}",
        characters=_SAFE,
        code=re.compile(r"[A-Za-z0-9]{4,8}"),
    ),
    _form(
        "pikpak",
        r"mypikpak\.(?:com|net)/s/",
        r"V[\w-]{8,60}",
        url="https://mypikpak.com/s/{id}",
        opened="{url}?pwd={code}",
        characters=_SAFE,
        usual=(26,),
        code=re.compile(r"[A-Za-z0-9]{4,8}"),
    ),
    _form(
        "mega",
        r"mega\.(?:nz|io|co\.nz)/file/",
        _WORD + "{8}",
        url="https://mega.nz/file/{id}",
        opened="{url}#{code}",
        usual=(8,),
        code=_KEY,
    ),
    _form(
        "mega",
        r"mega\.(?:nz|io|co\.nz)/folder/",
        _WORD + "{8}",
        url="https://mega.nz/folder/{id}",
        opened="{url}#{code}",
        usual=(8,),
        code=_KEY,
    ),
    _form(
        "mega",
        r"mega\.(?:nz|io|co\.nz)/#!",
        _WORD + "{8}",
        url="https://mega.nz/file/{id}",
        opened="{url}#{code}",
        usual=(8,),
        code=_KEY,
    ),
    _form(
        "mega",
        r"mega\.(?:nz|io|co\.nz)/#f!",
        _WORD + "{8}",
        url="https://mega.nz/folder/{id}",
        opened="{url}#{code}",
        usual=(8,),
        code=_KEY,
    ),
    _form(
        "gdrive",
        r"(?:drive\.google\.com/(?:file/(?:u/\d/)?d/|drive/(?:u/\d/|mobile/)?folders/"
        r"|(?:open|uc)\?(?:[a-z]{1,10}=\w{1,12}&){0,2}id=)"
        r"|docs\.google\.com/(?:document|spreadsheets|presentation)/d/"
        r"|drive\.usercontent\.google\.com/(?:download|u/\d/uc)\?id=)",
        r"[\w-]{25,44}",
        url=_GOOGLE,
        characters=_SAFE,
        usual=(33, 28, 44),
    ),
    _form(
        "dropbox",
        r"dropbox\.com/s/",
        "[a-z0-9]{10,20}",
        url="https://www.dropbox.com/s/{id}",
        usual=(15,),
    ),
    _form(
        "dropbox",
        r"dropbox\.com/(?=(?:sh|scl/f[io])/)",
        r"sh/[a-z0-9]{10,20}(?:/[\w-]{10,40})?|scl/fi/[a-z0-9]{10,30}"
        r"|scl/fo/[a-z0-9]{10,30}(?:/[\w-]{10,40})?",
        url="https://www.dropbox.com/{id}",
        opened="{url}?rlkey={code}",
        characters=r"[\w/-]",
        code=re.compile(r"[a-z0-9]{20,30}"),
    ),
    _form(
        "mediafire",
        r"mediafire\.com/(?:file/|file_premium/|view/|download/|\?)",
        "[a-z0-9]{11,15}",
        url="https://www.mediafire.com/file/{id}",
        usual=(15,),
    ),
    _form(
        "mediafire",
        r"mediafire\.com/folder/",
        "[a-z0-9]{11,15}",
        url="https://www.mediafire.com/folder/{id}",
        usual=(13,),
    ),
    _form(
        "onedrive",
        r"1drv\.ms/",
        r"[a-z]/(?:s!|c/)?[\w!/-]{8,80}",
        url="https://1drv.ms/{id}",
        characters=r"[\w!/-]",
    ),
    _form(
        "terabox",
        _TERABOX + "s/",
        r"1[\w-]{5,30}",
        url="https://www.terabox.com/s/{id}",
        characters=_SAFE,
        usual=(23,),
        code=_FOUR,
    ),
    _form(
        "terabox",
        _TERABOX + r"sharing/(?:link|init)\?surl=",
        r"1[\w-]{5,30}",
        url="https://www.terabox.com/s/{id}",
        characters=_SAFE,
        usual=(23,),
        code=_FOUR,
        prefix="1",
    ),
    _form(
        "gofile",
        r"gofile\.io/d/",
        _WORD + "{6,10}",
        url="https://gofile.io/d/{id}",
    ),
    _form(
        "pixeldrain",
        r"pixeldrain\.com/(?=[ul]/)",
        r"[ul]/" + _WORD + "{8}",
        url="https://pixeldrain.com/{id}",
        characters=r"[\w/]",
        usual=(10,),
    ),
    _form(
        "1fichier",
        r"1fichier\.com/\?",
        "[a-z0-9]{20}",
        url="https://1fichier.com/?{id}",
        usual=(20,),
    ),
    _form(
        "rapidgator",
        r"(?:rapidgator\.net|rg\.to)/file/",
        r"[0-9a-f]{32}|\d{6,9}",
        url="https://rapidgator.net/file/{id}",
        usual=(32,),
    ),
)
