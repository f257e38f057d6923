"""Captchas and other tests that stand in place of a page. They are known, never answered."""

from __future__ import annotations

import re
from typing import Final

from crawlers.browser.looking import look

_FEW: Final = 600
"""Characters that a page of nothing but a test has at most."""
_TESTS: Final = re.compile(
    r"/cdn-cgi/challenge-platform/|_cf_chl_opt|cf-turnstile|challenges\.cloudflare\.com"
    r"|hcaptcha\.com/1/api|h-captcha|recaptcha/(?:api|enterprise)\.js|g-recaptcha"
    r"|geetest|gt4?\.js|TCaptcha|captcha\.qq\.com|turing\.captcha|yidun|dun\.163\.com"
    r"|aliyun_waf|acw_sc__v\d|AWSC/awsc\.js|nc_wrapper|vaptcha|datadome|px-captcha|_Incapsula_Resource"
    r"|ddos-guard/js-challenge|/_guard/(?:auto|click|slide)\.js|__jsl_clearance|awswaf",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"(?:请|請)(?:完成|进行|進行|输入|輸入|通过|通過|拖动|拖動|点击|點擊).{0,8}(?:验证|驗證)"
    r"|安全验证|安全驗證|人机(?:身份)?验证|人機(?:身分)?驗證|滑动验证"
    r"|verify (?:that )?you are (?:a )?human|checking your browser|are you a robot"
    r"|i'?m not a robot",
    re.IGNORECASE,
)


def is_challenge(markup: str, url: str) -> bool:
    """Tell whether a page is nothing but a test: of few words, with the marks of one.

    A form with a captcha on a page that has content is no challenge.
    """
    marked = _TESTS.search(markup) is not None
    if not marked and _WORDS.search(markup) is None:
        return False
    seen = look(markup, url)
    return len(seen.text) <= _FEW and (marked or _WORDS.search(seen.text) is not None)
