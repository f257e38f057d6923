"""What providers' messages mean, in the words that their pages and public responses use."""

from __future__ import annotations

import re
from typing import Final

from crawlers.shares.providers.contract import ShareState

_CODE: Final = "(?:提取码|访问码|密码|分享码)"
_BANNED: Final = (
    "违规|违反|侵权|色情|敏感|非法|涉[嫌及]|不良信息|和谐|审核(?:未|不)通过|无法访问|禁止分享|被封|举报"
    "|auditnotpass|illegal|sensitive|forbidden|violat|infring|dmca|copyright"
)
_WRONG_CODE: Final = (
    _CODE
    + "[^，。]{0,6}(?:错误|不正确|有误|不对|无效)|(?:错误|不正确)的"
    + _CODE
    + "|erroraccesscode"
    r"|(?:pass_?code|password|accesscode)[\w ]{0,12}(?:error|wrong|incorrect|invalid)|sharepwd"
)
_NEEDS_CODE: Final = (
    "(?:请?输入|需要|缺少|未填)[^，。]{0,6}" + _CODE + "|needaccesscode"
    r"|pass_?code[\w ]{0,6}(?:empty|required)"
)
_EXPIRED: Final = "过期|失效时间|有效期已|expired|expire"
_CANCELLED: Final = "取消|撤销|已被?删除|被.{0,4}删除|cancel|deleted|removed|已失效|失效"
_NOT_FOUND: Final = "不存在|找不到|来晚|not.?found|no such|notexist|参数错误|链接错误"
_MEANINGS: Final = (
    (ShareState.BANNED, _BANNED),
    (ShareState.WRONG_CODE, _WRONG_CODE),
    (ShareState.NEEDS_CODE, _NEEDS_CODE),
    (ShareState.EXPIRED, _EXPIRED),
    (ShareState.CANCELLED, _CANCELLED),
    (ShareState.NOT_FOUND, _NOT_FOUND),
)
_PATTERNS: Final = tuple((state, re.compile(words, re.IGNORECASE)) for state, words in _MEANINGS)
_CHALLENGE: Final = re.compile(
    r"acw_sc__v2|captcha|滑动验证|安全验证|人机验证|请完成验证|verify_code|geetest", re.IGNORECASE
)
_LONGEST: Final = 20_000


def state_said(message: str) -> ShareState | None:
    """Return what a message says of a share, None where it says nothing."""
    for state, words in _PATTERNS:
        if words.search(message[:_LONGEST]):
            return state
    return None


def is_challenge(text: str) -> bool:
    """Tell whether a reply wants a person, or a script, to solve something first."""
    return _CHALLENGE.search(text[:_LONGEST]) is not None
