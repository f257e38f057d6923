"""Every setting, once: its type, its default, and what it means in both languages."""

from __future__ import annotations

import getpass
import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

_MIB = 2**20
_FSSPEC = re.compile(r"[a-z][a-z0-9+.-]*://[^\s?#]+")
_PROXY_NAME = re.compile("[a-z0-9][a-z0-9_-]{0,60}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid-{os.getuid()}"


def _is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "socks5"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CrawlSettings(_Section):
    """How sites are visited, where a target doesn't say otherwise."""

    delay_s: float = Field(
        1.0, ge=0, description="Seconds between requests to one host · 同一主机的请求间隔（秒）"
    )
    concurrency: int = Field(
        4, ge=1, description="Requests to one host at a time · 同一主机的并发请求数"
    )
    max_body_bytes: int = Field(
        64 * _MIB, ge=1, description="Largest response, unpacked · 响应体上限（解压后字节）"
    )
    max_bodies_in_memory_bytes: int = Field(
        256 * _MIB,
        ge=1,
        description="Bodies that a process holds at a time, together · 一个进程同时持有的响应体总量（字节）",
    )
    timeout_s: float = Field(
        120.0, gt=0, description="Longest time of one download as a whole · 单次下载总时限（秒）"
    )
    tries: int = Field(
        3, ge=1, description="Tries of an address that may be had later · 暂时失败时的尝试次数"
    )
    lease_s: float = Field(
        300.0, gt=0, description="How long a worker may hold an address · 网址租约时长（秒）"
    )
    proxies: dict[str, SecretStr] = Field(
        {},
        description="Proxies that targets may name: NAME = http:// or socks5://USER:PASSWORD@HOST:PORT · 可供目标选用的代理：名称 = http:// 或 socks5://用户:密码@主机:端口",
    )
    profiles: Path | None = Field(
        None,
        description="Folder of own site profiles; empty: profiles in the data folder · 自定义站点规则目录；留空则为数据目录下的 profiles",
    )

    @field_validator("proxies")
    @classmethod
    def _are_proxies(cls, proxies: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, url in proxies.items():
            if not _PROXY_NAME.fullmatch(name):
                raise ValueError("names of proxies are a-z, 0-9, - and _")
            if not _is_proxy(url.get_secret_value()):
                raise ValueError(f"{name}: http://HOST:PORT or socks5://HOST:PORT is needed")
        return proxies


class SearchSettings(_Section):
    """Search engines that targets may name, each by its interface: baidu, bing, brave, google, searxng."""

    keys: dict[str, SecretStr] = Field(
        {}, description="Keys of search engines: ENGINE = KEY · 搜索引擎接口密钥：引擎 = 密钥"
    )
    addresses: dict[str, str] = Field(
        {},
        description="Their addresses, where they aren't the usual: ENGINE = https://HOST/PATH · 搜索引擎接口地址（非默认时）：引擎 = https://主机/路径",
    )
    ids: dict[str, str] = Field(
        {},
        description="Ids of engines set up there: google = CX · 在引擎处创建的编号：google = CX",
    )

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: dict[str, str]) -> dict[str, str]:
        for name, url in addresses.items():
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
                raise ValueError(f"{name}: https://HOST/PATH is needed")
        return addresses


class ExaminationSettings(_Section):
    """What examining one sighting may cost."""

    time_s: float = Field(60.0, gt=0, description="Time limit · 时限（秒）")
    time_s_per_mib: float = Field(
        2.0, ge=0, description="Time added for each MiB of the file · 文件每 MiB 另加的时限（秒）"
    )
    memory_bytes: int = Field(
        2048 * _MIB, ge=64 * _MIB, description="Memory limit · 内存上限（字节）"
    )


class BrowserSettings(_Section):
    """The browser that pages are shown in, for targets that want it (`render`)."""

    executable: Path | None = Field(
        None,
        description="Chromium; empty: the first on the PATH · Chromium 程序；留空则在 PATH 中查找",
    )
    sandbox: bool = Field(
        default=True,
        description="Keep Chromium's sandbox; as root there is none · 启用 Chromium 沙箱（root 用户下无沙箱）",
    )
    contexts: int = Field(2, ge=1, le=32, description="Pages shown at a time · 同时渲染的页面数")
    pages: int = Field(
        200, ge=1, description="Pages after which it is started anew · 渲染多少页后重启浏览器"
    )
    memory_bytes: int = Field(
        2048 * _MIB,
        ge=512 * _MIB,
        description="Memory of all its processes · 浏览器全部进程的内存上限（字节）",
    )
    time_s: float = Field(
        45.0, ge=5, description="Time limit of a page as a whole · 单页渲染时限（秒）"
    )
    locale: str = Field("zh-CN", description="Language that pages see · 页面所见的语言")
    time_zone: str = Field("Asia/Shanghai", description="Time zone that pages see · 页面所见的时区")
    screenshot: bool = Field(
        default=True, description="Load pictures and take screenshots · 加载图片并截图"
    )
    matches: int = Field(
        20,
        ge=0,
        description="Pages with matches photographed, of a site in a crawl · 每次采集每站为匹配页面截图的页数上限",
    )
    requisites: int = Field(
        150, ge=0, description="Scripts, data and pictures loaded for a page · 单页加载资源数上限"
    )
    page_bytes: int = Field(
        48 * _MIB, ge=0, description="Bytes loaded for a page · 单页加载资源总量上限（字节）"
    )


class LimitSettings(_Section):
    """What one file may cost, wherever it comes from."""

    input_bytes: int = Field(16_384 * _MIB, ge=1, description="Largest file · 文件大小上限（字节）")
    whole_bytes: int = Field(
        512 * _MIB,
        ge=1,
        description="Largest text, picture or document · 文本、图片、文档大小上限（字节）",
    )
    text_characters: int = Field(
        20_000_000, ge=1, description="Longest text · 文本长度上限（字符）"
    )
    markup_depth: int = Field(
        2_000, ge=1, description="Deepest nesting of markup · 标记嵌套层数上限"
    )
    image_pixels: int = Field(100_000_000, ge=1, description="Largest picture · 图片像素上限")
    duration_s: float = Field(
        21_600.0, gt=0, description="Longest recording · 音视频时长上限（秒）"
    )
    archive_depth: int = Field(3, ge=0, description="Archives inside archives · 压缩包嵌套层数上限")
    archive_ratio: float = Field(200.0, gt=1, description="Highest compression ratio · 压缩比上限")
    archive_bytes: int = Field(
        2048 * _MIB, ge=1, description="Most bytes unpacked · 解压总量上限（字节）"
    )


class ScheduleSettings(_Section):
    """When targets are crawled, where they don't say otherwise."""

    time_zone: str = Field("Asia/Shanghai", description="Time zone of new targets · 新目标的时区")
    poll_s: float = Field(
        5.0,
        gt=0,
        le=3600,
        description="How soon the scheduler sees what is new or changed · 调度器发现新增或变更的最长时间（秒）",
    )
    key_works_cadence: int = Field(
        4,
        ge=1,
        le=48,
        description="Crawls in place of one where key works are watched for · 涉及重点作品（预警名单）时，原一次采集改为几次",
    )

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no time zone of this name") from error
        return name


class BlobSettings(_Section):
    """Where captured bytes and registered files are kept, if not in the data folder."""

    url: str = Field(
        "",
        description="Shared folder, as fsspec takes it: s3://BUCKET/FOLDER; empty: the data folder · 共享位置（fsspec 网址，如 s3://桶/目录）；留空则存于数据目录",
    )
    options: dict[str, SecretStr] = Field(
        {},
        description="What its driver is given, for s3: endpoint_url, key, secret · 其驱动的参数，s3 为 endpoint_url、key、secret",
    )
    cache_bytes: int = Field(
        10_240 * _MIB,
        ge=0,
        description="What of it is kept in the data folder, too · 数据目录中的本地缓存上限（字节）",
    )

    @field_validator("url")
    @classmethod
    def _is_a_place(cls, url: str) -> str:
        if url and not _FSSPEC.fullmatch(url):
            raise ValueError("the URL of a folder is needed, s3://BUCKET/FOLDER or the like")
        if "@" in url:
            raise ValueError("user and password are options")
        return url


class Settings(BaseSettings):
    """Marque's settings. Flags come before the environment, .env, the TOML file and defaults."""

    model_config = SettingsConfigDict(
        env_prefix="MARQUE_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
    )

    data: Path = Field(Path("marque-data"), description="Data folder · 数据目录")
    language: Literal["auto", "en", "zh"] = Field(
        "auto", description="Language of messages · 界面语言"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="Least event that is logged · 日志级别"
    )
    actor: str = Field(
        default_factory=_user, description="Name in the audit trail · 审计记录中的操作人"
    )
    contact: str = Field(
        "", description="Web or mail address in the User-Agent · User-Agent 中的联系方式"
    )
    jobs: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Processes that examine · 检测进程数",
    )
    match_threshold: float = Field(
        0.5, ge=0, le=1, description="Score from which it is a match · 判定为匹配的最低相似度"
    )
    elasticsearch_url: str = Field(
        "",
        description="Elasticsearch that documents and fingerprints are kept in; several nodes with commas; empty: the data folder · 存储文档与指纹的 Elasticsearch 地址，多个节点用逗号分隔；留空则存于数据目录",
    )
    elasticsearch_api_key: SecretStr = Field(
        SecretStr(""), description="API key for it · Elasticsearch 的 API 密钥"
    )
    elasticsearch_user: str = Field(
        "", description="User, in place of an API key · 用户名（不用 API 密钥时）"
    )
    elasticsearch_password: SecretStr = Field(
        SecretStr(""), description="The user's password · 该用户的密码"
    )
    elasticsearch_ca_certs: Path | None = Field(
        None,
        description="PEM file of its certificate authority · Elasticsearch 的 CA 证书文件（PEM）",
    )
    elasticsearch_ca_fingerprint: str = Field(
        "",
        pattern="^([0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31})?$",
        description="SHA-256 of its certificate authority, in hex · Elasticsearch 的 CA 证书 SHA-256 指纹（十六进制）",
    )
    elasticsearch_prefix: str = Field(
        "marque",
        pattern="^[a-z0-9][a-z0-9_-]{0,60}$",
        description="What the names of its indices begin with · 索引名前缀",
    )
    elasticsearch_patience_s: float = Field(
        15.0,
        ge=0,
        description="How long to try again while it is busy or starting · 服务繁忙或启动时的重试时长（秒）",
    )
    elasticsearch_shards: int = Field(
        1, ge=1, le=1024, description="Shards of a new index of fingerprints · 新建指纹索引的分片数"
    )
    redis_url: str = Field(
        "",
        description="Redis that URLs to visit are kept in, redis://, rediss:// (TLS) or unix://; empty: the data folder · 存储待采网址的 Redis 地址：redis://、rediss://（TLS）或 unix://；留空则存于数据目录",
    )
    redis_user: str = Field("", description="Redis's user, where it has several · Redis 用户名")
    redis_password: SecretStr = Field(
        SecretStr(""), description="That user's password, or Redis's own · Redis 密码"
    )
    redis_ca_certs: Path | None = Field(
        None, description="PEM file of Redis's certificate authority · Redis 的 CA 证书文件（PEM）"
    )
    redis_prefix: str = Field(
        "marque",
        pattern="^[a-z0-9][a-z0-9_-]{0,60}$",
        description="What the names of its keys begin with · Redis 键名前缀",
    )
    redis_patience_s: float = Field(
        60.0,
        ge=0,
        description="How long to try again while it is away, starting or full · Redis 中断、启动或内存已满时的重试时长（秒）",
    )
    kibana_url: str = Field(
        "", description="Kibana that operators search and watch in · 运营人员使用的 Kibana 地址"
    )
    kibana_space: str = Field(
        "default", pattern="^[a-z0-9_-]+$", description="Space in Kibana · Kibana 空间"
    )
    kibana_api_key: SecretStr = Field(
        SecretStr(""), description="API key for Kibana · Kibana 的 API 密钥"
    )
    kibana_user: str = Field(
        "", description="Kibana's user, in place of an API key · Kibana 用户名（不用 API 密钥时）"
    )
    kibana_password: SecretStr = Field(
        SecretStr(""), description="That user's password · 该 Kibana 用户的密码"
    )
    kibana_ca_certs: Path | None = Field(
        None,
        description="PEM file of Kibana's certificate authority · Kibana 的 CA 证书文件（PEM）",
    )
    console_url: str = Field(
        "",
        description="Address of the console, which rows in Kibana link to · 控制台地址，供 Kibana 中的链接使用",
    )
    blobs: BlobSettings = BlobSettings()
    crawl: CrawlSettings = CrawlSettings()
    search: SearchSettings = SearchSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    browser: BrowserSettings = BrowserSettings()
    examination: ExaminationSettings = ExaminationSettings()
    limits: LimitSettings = LimitSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is given: `settings.sources` reads the sources, to know each origin."""
        return (init_settings,)

    @field_validator("elasticsearch_url", "kibana_url", "console_url")
    @classmethod
    def _without_credentials(cls, urls: str) -> str:
        for url in filter(None, urls.split(",")):
            parts = urlsplit(url.strip())
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("an address is needed, http://… or https://…")
            if "@" in parts.netloc:
                raise ValueError("user and password have settings of their own")
        return urls

    @field_validator("redis_url")
    @classmethod
    def _redis_without_credentials(cls, url: str) -> str:
        parts = urlsplit(url)
        place = parts.path if parts.scheme == "unix" else parts.hostname
        if url and (parts.scheme not in {"redis", "rediss", "unix"} or not place):
            raise ValueError("an address is needed, redis://…, rediss://… or unix:///…")
        if "@" in parts.netloc or parts.query:
            raise ValueError("user, password and certificates have settings of their own")
        if parts.scheme != "unix" and parts.path.strip("/").strip("0123456789"):
            raise ValueError("after the host comes the number of a database, or nothing")
        return url

    @field_validator("data")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()
