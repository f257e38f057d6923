"""What is in many programs and therefore says nothing of one: the framework, and known libraries.

Libraries are left out twice: by the names of their packages, and, where a shrinker has renamed
them, by a bank of what is in them (`known.bin`; `python -m fingerprints.app.bank` makes it anew).
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE: Final = "known.bin"
BITS: Final = 32
"""Leading bits of a feature's hash that the bank keeps: one stranger in thousands is lost."""

_FRAMEWORK: Final = re.compile(
    rb"\[*L(?:java/|javax/(?!inject)|dalvik/|org/(?:w3c/dom|xml/sax|xmlpull|json|apache/http)/"
    rb"|android/(?!support/|arch/|databinding/))"
)
_LIBRARIES: Final = re.compile(
    rb"L(?:androidx?/(?:support|arch|databinding)/|androidx/|kotlinx?/|javax/inject/|dagger/|scala/"
    rb"|groovy/|okhttp3?/|okio/|retrofit2?/|rx/|bolts/|butterknife/|timber/|dart/|io/flutter/"
    rb"|org/(?:jetbrains/|intellij/|apache/|slf4j/|bouncycastle/|greenrobot/|reactivestreams/"
    rb"|chromium/|webrtc/|cocos2dx/lib/|cocos2d/|libsdl/|fmod/|jsoup/|joda/|hamcrest/|junit/"
    rb"|checkerframework/|codehaus/|conscrypt/|spongycastle/|tensorflow/|xwalk/|haxe/|lwjgl/)"
    rb"|io/(?:reactivex/|realm/|fabric/|grpc/|netty/|ktor/|sentry/|branch/|socket/|opencensus/)"
    rb"|com/(?:google/(?:android/(?:gms|material|exoplayer2?|play|datatransport|flexbox|ads|vending)"
    rb"/|firebase/|gson/|common/|protobuf/|ads/|zxing/|errorprone/|auto/|unity/|ar/core/|api/"
    rb"|thirdparty/|j2objc/)"
    rb"|android/(?:billingclient|installreferrer|vending|volley)/|unity3d/|ironsource/|applovin/"
    rb"|facebook/|flurry/|inmobi/|vungle/|chartboost/|adcolony/|tapjoy/|startapp/|mopub/|fyber/"
    rb"|mbridge/|mintegral/|bytedance/|ss/android/|pgl/|pangle/|kwad/|kwai/|qq/e/|tencent/(?:mm/"
    rb"|mmkv|bugly|smtt|tauth|connect|open|map|android/tpns|beacon|mid|stat)"
    rb"|baidu/(?:mobads|mobstat|location|mapapi|android)|umeng/|alipay/|alibaba/(?:fastjson|sdk"
    rb"|android|mtl)|amap/|sina/weibo/|huawei/(?:hms|agconnect|android)|xiaomi/(?:mipush|push)"
    rb"|meizu/|vivo/push|heytap/|igexin/|getui/|mob/|amazonaws/|amazon/device|appsflyer/|adjust/"
    rb"|onesignal/|crashlytics/|bumptech/glide/|squareup/|jakewharton/|fasterxml/|github/|airbnb/"
    rb"|afollestad/|daimajia/|nineoldandroids/|nostra13/|orhanobut/|readystatesoftware/|sun/"
    rb"|badlogic/gdx/|loopj/|actionbarsherlock/|viewpagerindicator/|iab/|moat/|my/target|yandex"
    rb"|ogury/|smaato/|pollfish/|heyzap/|epicgames/|ansca/corona/|naef/jnlua|swmansion/|tonyodev/)"
    rb"|cn/(?:jpush|jiguang|sharesdk|bmob)/|master/flame/|de/greenrobot/|tv/danmaku/ijk/"
    rb"|net/(?:sqlcipher|java)/|sun/|retrofit/|mono/|opentk/|md5[0-9a-f]{12,}/|crc64[0-9a-f]+/)"
)
_LIBRARY_FILES: Final = re.compile(
    r"(?:^|/)(?:abc_|design_|mtrl_|material_|m3_|notification_|common_google_|common_full_"
    r"|googleg_|com_facebook_|tooltip_frame|select_dialog_|support_simple|preference_|browser_"
    r"|exo_|applovin_|ironsource_|btn_(?:check|radio)box_|test_toolbar|splits0)"
    r"|^META-INF/|^kotlin/|^okhttp3/|^org/apache/|(?:^|/)(?:unity default resources"
    r"|unity_builtin_extra|libc\+\+_shared\.so|libgdx\.so|libflutter\.so|libil2cpp\.so"
    r"|libunity\.so|libmain\.so|libmono\S*\.so|libjsc\.so|libhermes\S*\.so|libreactnative\S*"
    r"|libfb\S*\.so|libfolly\S*|libstlport_shared\.so|libgnustl_shared\.so|LICENSE\S*|NOTICE\S*)$",
    re.IGNORECASE,
)


def is_framework(descriptor: bytes) -> bool:
    """Tell whether a class is the system's own, whose names no shrinker can change."""
    return _FRAMEWORK.match(descriptor) is not None


def is_library(descriptor: bytes) -> bool:
    """Tell whether a class is of a known library, by its package."""
    return _LIBRARIES.match(descriptor) is not None


def is_library_file(path: str) -> bool:
    """Tell whether a file in a package is brought by a library, an engine or the packer."""
    return _LIBRARY_FILES.search(path) is not None


def own(features: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(n,) whether each feature is in no known library."""
    heads = (features >> np.uint64(64 - BITS)).astype(np.uint32)
    bank = known()
    if not bank.size:
        return np.ones(features.size, bool)
    at = np.minimum(np.searchsorted(bank, heads), bank.size - 1)
    absent: NDArray[np.bool_] = bank[at] != heads
    return absent


@cache
def known() -> NDArray[np.uint32]:
    """(n,) ascending: heads of the features of known libraries; empty where no bank was made."""
    file = resources.files("fingerprints.app") / FILE
    return unpacked(file.read_bytes()) if file.is_file() else np.zeros(0, np.uint32)


def packed(heads: NDArray[np.uint32]) -> bytes:
    """Write a bank: gaps between ascending heads, their bytes by place, deflated."""
    gaps = np.diff(np.unique(heads), prepend=np.uint32(0)).astype("<u4")
    return zlib.compress(np.ascontiguousarray(gaps.view(np.uint8).reshape(-1, 4).T).tobytes(), 9)


def unpacked(content: bytes) -> NDArray[np.uint32]:
    """Read what `packed` wrote."""
    columns = np.frombuffer(zlib.decompress(content), np.uint8).reshape(4, -1)
    gaps = np.ascontiguousarray(columns.T).view("<u4").reshape(-1)
    return np.cumsum(gaps, dtype=np.uint32)
