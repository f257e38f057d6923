"""Which failure ends the program with which exit code: the one place that says so.

0 ok · 1 internal · 2 usage · 3 a service is down · 4 not found · 5 conflict ·
10 --fail-on-match found one · 130 interrupted
"""

from __future__ import annotations

import errno

from cases.errors import CaseError, ReasonMissing
from console.demo.errors import DemoError
from crawlers.discovery.errors import (
    DiscoveryError,
    EngineNotSet,
    InvalidTemplate,
    UnknownEngine,
    UnknownScope,
)
from crawlers.errors import ForbiddenScheme, UnknownProxy
from crawlers.profiles.errors import NotVisited, ProfileError, UnknownProfile
from crawlers.schedule.errors import (
    InvalidBlackout,
    InvalidCron,
    InvalidWindow,
    NeverOpen,
    OutOfBounds,
    ScheduleError,
    UnknownTimeZone,
)
from fingerprints.errors import FingerprintError
from index.errors import (
    AccessDenied,
    Ambiguous,
    Conflict,
    Damaged,
    IncompatibleData,
    InvalidQuery,
    MappingConflict,
    NotFound,
    Outdated,
    Rejected,
    ShardsMissing,
    StorageFull,
    Unavailable,
    UnsupportedVersion,
)
from settings.sources import InvalidSettings

OK = 0
INTERNAL = 1
USAGE = 2
SERVICE_DOWN = 3
NOT_FOUND = 4
CONFLICT = 5
MATCH_FOUND = 10
INTERRUPTED = 130

_KNOWN: tuple[tuple[type[Exception], int, str], ...] = (
    (InvalidSettings, USAGE, "配置有误"),
    (InvalidQuery, USAGE, "查询条件有误"),
    (Ambiguous, USAGE, "标识不唯一，请多写几位"),
    (FingerprintError, USAGE, "文件无法提取指纹"),
    (ReasonMissing, USAGE, "须填写理由"),
    (ForbiddenScheme, USAGE, "不是 http(s) 网址"),
    (UnknownProxy, USAGE, "配置中没有这个名称的代理（crawl.proxies）"),
    (InvalidTemplate, USAGE, "检索网址模板有误"),
    (UnknownEngine, USAGE, "没有这个搜索引擎"),
    (EngineNotSet, USAGE, "搜索引擎未配置（search.keys、search.addresses、search.ids）"),
    (UnknownScope, USAGE, "检索的作品范围有误，应为 all、key、kind:类别、holder:权利人 或作品编号"),
    (DiscoveryError, USAGE, "检索设置有误"),
    (InvalidCron, USAGE, "cron 表达式有误，应为五段：分 时 日 月 周"),
    (UnknownTimeZone, USAGE, "没有这个时区"),
    (InvalidBlackout, USAGE, "禁止启动时段有误，应如 22:00-06:00 或 周一至周五 09:00-18:00"),
    (NeverOpen, USAGE, "禁止启动时段占满整周，无时间可采集"),
    (InvalidWindow, USAGE, "采集起止时间有误"),
    (OutOfBounds, USAGE, "数值超出范围"),
    (ScheduleError, USAGE, "采集计划有误"),
    (UnknownProfile, NOT_FOUND, "没有这个名称的站点规则"),
    (NotVisited, SERVICE_DOWN, "未能取得页面"),
    (ProfileError, USAGE, "站点规则或样例有误"),
    (AccessDenied, SERVICE_DOWN, "服务拒绝访问，请检查账号、密码或 API 密钥"),
    (StorageFull, SERVICE_DOWN, "服务磁盘已满，暂不接受写入"),
    (ShardsMissing, SERVICE_DOWN, "索引有分片不可用"),
    (Damaged, SERVICE_DOWN, "存储的内容与原先写入的不符"),
    (UnsupportedVersion, SERVICE_DOWN, "服务的版本不受支持"),
    (Rejected, SERVICE_DOWN, "服务未接受所提交的内容"),
    (Unavailable, SERVICE_DOWN, "存储或服务不可用"),
    (Outdated, SERVICE_DOWN, "数据由较早版本的程序写入，请运行 marque index migrate"),
    (MappingConflict, SERVICE_DOWN, "索引结构与本程序不符"),
    (IncompatibleData, SERVICE_DOWN, "数据由更新版本的程序写入"),
    (DemoError, SERVICE_DOWN, "演示内容缺失或不可读"),
    (NotFound, NOT_FOUND, "未找到"),
    (Conflict, CONFLICT, "已存在，或已被他人修改"),
    (CaseError, CONFLICT, "案件当前状态不允许此操作"),
)


def exit_code(error: Exception) -> int:
    """Return the exit code for an error; 1 for one that nobody foresaw."""
    for kind, code, _ in _KNOWN:
        if isinstance(error, kind):
            return code
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EACCES):
        return SERVICE_DOWN
    return INTERNAL


def in_chinese(error: Exception) -> str:
    """Return what kind of error it is, in Chinese; its facts are in its own words."""
    for kind, _, chinese in _KNOWN:
        if isinstance(error, kind):
            return chinese
    return "内部错误"
