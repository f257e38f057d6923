"""Targets: what is to be watched. Crawls: one visit to it. Sightings: what was seen there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from index.documents.record import Meaning, Moment, Piece, Record, content_id


class Channel(StrEnum):
    """Where copies appear; each has a spider of its own."""

    WEB = "web"
    LITERATURE = "literature"
    MUSIC = "music"
    VIDEO = "video"
    APPS = "apps"
    CLOUDSHARE = "cloudshare"
    SOCIAL = "social"
    COMICS = "comics"
    DOCUMENTS = "documents"


class Rendering(StrEnum):
    """Whether pages are shown in a browser: where they seem to need it, or whatever they are."""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


class Revisit(StrEnum):
    """Whether a target is visited as often as planned, or as often as it is seen to change."""

    FIXED = "fixed"
    ADAPTIVE = "adaptive"


class Assignment(Record):
    """Where a crawl starts, and how far and how hard it may go.

    `searches` are names of search engines and search addresses of sites with places for titles
    (`crawlers.discovery.templates`); `search_works` says for which works: `all`, `key`,
    `kind:KIND`, `holder:NAME`, or ids; none is all.
    """

    urls: Annotated[tuple[str, ...], Meaning("Starting addresses", "起始网址")]
    channel: Annotated[Channel, Meaning("Channel", "渠道")] = Channel.WEB
    allow: Annotated[
        tuple[str, ...], Meaning("Private hosts allowed", "允许的内网主机", "stored")
    ] = ()
    delay_s: Annotated[float, Meaning("Seconds between requests", "请求间隔（秒）", "number")] = 1.0
    max_pages: Annotated[int | None, Meaning("Most pages", "页数上限", "number")] = None
    max_depth: Annotated[
        int | None, Meaning("Most steps from the start", "链接层数上限", "number")
    ] = None
    max_bytes: Annotated[
        int | None, Meaning("Most bytes fetched", "流量上限（字节）", "number")
    ] = None
    max_seconds: Annotated[float | None, Meaning("Longest time", "时长上限（秒）", "number")] = None
    ignore_robots_because: Annotated[
        str,
        Meaning("Legal reason to pass over robots.txt", "不遵守 robots.txt 的法律依据", "stored"),
    ] = ""
    render: Annotated[Rendering, Meaning("Shown in a browser", "浏览器渲染")] = Rendering.NEVER
    proxy: Annotated[str, Meaning("Proxy, by its name in the settings", "代理（配置中的名称）")] = (
        ""
    )
    priority: Annotated[int, Meaning("Priority, -9 to 9", "优先级（-9 至 9）", "number")] = 0
    searches: Annotated[
        tuple[str, ...],
        Meaning(
            "Searched by titles (engines, templates)", "按作品名检索（搜索引擎、检索网址模板）"
        ),
    ] = ()
    search_works: Annotated[tuple[str, ...], Meaning("Works searched for", "检索的作品范围")] = ()
    search_pages: Annotated[
        int, Meaning("Pages of results for a query", "每次检索的结果页数", "number")
    ] = 2
    search_depth: Annotated[
        int, Meaning("Most steps from a result", "检索结果的链接层数上限", "number")
    ] = 1
    sitemaps: Annotated[
        bool, Meaning("Sitemaps and feeds are read", "读取站点地图与订阅源", "flag")
    ] = False
    extractors: Annotated[
        bool,
        Meaning(
            "Films and songs are read by extractors (yt-dlp)",
            "音视频页面使用提取器（yt-dlp）",
            "flag",
        ),
    ] = False
    key_works: Annotated[
        tuple[str, ...], Meaning("Key works watched for", "重点作品（预警名单）")
    ] = ()


class Target(Assignment):
    """A site or list of addresses to be watched, and when.

    When it is due next is in no field: it follows from these and from the target's crawls
    (`crawlers.schedule`). `scheduled_at` is when they last changed; moments before it don't count.
    """

    kind: ClassVar[str] = "targets"

    name: Annotated[str, Meaning("Name", "名称", "words")]
    paused: Annotated[bool, Meaning("Paused", "已暂停", "flag")] = False
    created_at: Annotated[Moment, Meaning("Created", "创建时间", "date", ecs="@timestamp")]
    cron: Annotated[
        str, Meaning("Crawled at (cron; empty: no set times)", "采集时间（cron；空为不定时）")
    ] = ""
    time_zone: Annotated[str, Meaning("Time zone", "时区")] = "Asia/Shanghai"
    blackout: Annotated[
        tuple[str, ...], Meaning("Hours in which no crawl begins", "禁止启动采集的时段")
    ] = ()
    starts_at: Annotated[Moment | None, Meaning("Crawled from", "采集开始时间", "date")] = None
    ends_at: Annotated[Moment | None, Meaning("Crawled until", "采集截止时间", "date")] = None
    campaign: Annotated[str, Meaning("Campaign", "专项行动")] = ""
    cadence: Annotated[
        int, Meaning("Crawls in place of one", "加密倍数（原一次改为几次）", "number")
    ] = 1
    revisit: Annotated[Revisit, Meaning("How often", "复采方式")] = Revisit.FIXED
    min_interval_s: Annotated[
        float, Meaning("Shortest interval in seconds", "最短间隔（秒）", "number")
    ] = 3_600.0
    max_interval_s: Annotated[
        float, Meaning("Longest interval in seconds", "最长间隔（秒）", "number")
    ] = 604_800.0
    scheduled_at: Annotated[
        Moment | None, Meaning("Schedule last changed", "计划变更时间", "date")
    ] = None


class CrawlState(StrEnum):
    """A crawl is running until all it found has been examined, or until somebody stops it."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class Crawl(Assignment):
    """One visit to a target, or to addresses given by hand."""

    kind: ClassVar[str] = "crawls"

    target_id: Annotated[str | None, Meaning("Target", "监测目标")] = None
    plan: Annotated[str, Meaning("What was asked for, as a digest", "任务摘要")]
    number: Annotated[int, Meaning("Crawls of the plan before it", "此前采集次数", "number")] = 0
    state: Annotated[CrawlState, Meaning("State", "状态")] = CrawlState.RUNNING
    due_at: Annotated[
        Moment | None, Meaning("Due by its schedule", "计划时间（手动启动则无）", "date")
    ] = None
    started_at: Annotated[Moment, Meaning("Started", "开始时间", "date", ecs="@timestamp")]
    finished_at: Annotated[Moment | None, Meaning("Finished", "结束时间", "date")] = None

    @property
    def queue(self) -> str:
        """Its name in the frontier: no other crawl's, also where that outlives the store.

        Ids of crawls are made alike by whoever makes them, so that none is begun twice, and a new
        store makes them again.
        """
        return content_id("queue", self.id, self.started_at.isoformat())


class Failure(Piece):
    """Why something could not be fetched or examined: a stable code, and words for people."""

    code: str
    reason: str


class Sighting(Record):
    """What was seen at one address in one crawl, and what became of it.

    `payload` is the digest of the body after content decoding, `capture` that of the WARC
    records of request and response as they came. Where a page was shown in a browser, `rendered` is
    its markup then (and the payload, where it was shown at once), `screenshot` its picture, and
    `rendering` a record in JSON of the browser and all that the page asked for.

    A film that comes in segments, or is too large to be fetched whole, is one sighting: `payload`
    is the file made of some of it, and `gathered` a record in JSON of the parts, with the captures
    of each. So are the pages of a comic or document that come as pictures: `payload` is a comic
    book of them, with the page in an archive where that has words, too. Of a cloud share, `payload`
    is its page, and `gathered` the record of what its provider said of it: state, owner, files.

    `site` is where it lies, `offered_on` the site or account of the page that shows it; "" in
    sightings of before, which are offered where they lie.

    `examined_at` is set last: all that the sighting brought (prints, matches, cases) was stored
    before; until then it is under way.
    """

    kind: ClassVar[str] = "sightings"

    crawl_id: Annotated[str, Meaning("Crawl", "采集任务")]
    url: Annotated[str, Meaning("Address", "网址", ecs="url.full")]
    site: Annotated[str, Meaning("Site", "网站", ecs="url.domain")]
    offered_on: Annotated[
        str, Meaning("Offered on (site or account)", "传播所在（网站或账号）")
    ] = ""
    channel: Annotated[Channel, Meaning("Channel", "渠道")]
    referrer: Annotated[
        str | None, Meaning("Found on", "来源页面", ecs="http.request.referrer")
    ] = None
    title: Annotated[str, Meaning("Page title", "页面标题", "words")] = ""
    seen_at: Annotated[Moment, Meaning("Seen", "发现时间", "date", ecs="@timestamp")]
    address: Annotated[
        str | None, Meaning("Address connected to", "实际连接的 IP", ecs="host.ip")
    ] = None
    via: Annotated[
        str, Meaning("Proxy it was asked for through, by name", "采集所经代理（配置中的名称）")
    ] = ""
    status: Annotated[
        int, Meaning("HTTP status", "HTTP 状态码", "number", ecs="http.response.status_code")
    ]
    media_type: Annotated[str, Meaning("Media type", "媒体类型", ecs="http.response.mime_type")]
    size_bytes: Annotated[
        int, Meaning("Size in bytes", "字节数", "number", ecs="http.response.body.bytes")
    ]
    payload: Annotated[
        str | None, Meaning("SHA-256 of the content", "内容的 SHA-256", ecs="file.hash.sha256")
    ] = None
    capture: Annotated[
        str | None, Meaning("SHA-256 of the WARC records", "WARC 记录的 SHA-256")
    ] = None
    redirects: Annotated[
        tuple[str, ...], Meaning("Addresses that led here, in order", "重定向经过的网址（按顺序）")
    ] = ()
    redirect_captures: Annotated[
        tuple[str, ...],
        Meaning("SHA-256 of the WARC records of each", "各次重定向的 WARC 记录 SHA-256", "stored"),
    ] = ()
    rendered: Annotated[
        str | None, Meaning("SHA-256 of the page as it was shown", "渲染后页面的 SHA-256")
    ] = None
    screenshot: Annotated[
        str | None, Meaning("SHA-256 of the screenshot", "网页截图的 SHA-256")
    ] = None
    rendering: Annotated[
        str | None, Meaning("SHA-256 of how it was shown", "渲染记录的 SHA-256")
    ] = None
    unrendered: Annotated[
        Failure | None, Meaning("Why it was not shown", "未能渲染的原因", "object")
    ] = None
    unextracted: Annotated[
        Failure | None,
        Meaning("Why its extractor did not read it", "提取器未能读取的原因", "object"),
    ] = None
    gathered: Annotated[
        str | None,
        Meaning("SHA-256 of the record of its parts", "分片取材记录的 SHA-256"),
    ] = None
    shown_facts: Annotated[
        tuple[str, ...],
        Meaning(
            "Shown there (author, counters, contact, ICP number)",
            "页面所示信息（作者、计数、联系方式、备案号）",
        ),
    ] = ()
    profile: Annotated[
        str, Meaning("Read by site profile, as kind of page", "适用的站点规则与页面类型")
    ] = ""
    profile_missing: Annotated[
        tuple[str, ...], Meaning("Fields that such a page lacks here", "页面缺少的必有字段")
    ] = ()
    modalities: Annotated[tuple[str, ...], Meaning("Examined as", "检测方式")] = ()
    facts: Annotated[
        tuple[str, ...],
        Meaning("Known by (hash, package, certificate)", "特征值（哈希、包名、证书）"),
    ] = ()
    matches: Annotated[int, Meaning("Matches when examined", "检测时的匹配数", "number")] = 0
    failure: Annotated[
        Failure | None, Meaning("Why it was not examined", "未能检测的原因", "object")
    ] = None
    examined_at: Annotated[Moment | None, Meaning("Examined", "检测时间", "date")] = None
