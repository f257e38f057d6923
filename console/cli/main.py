"""`marque`: one command for everything."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from typing import Any

import click

from console.cli import failures
from console.cli.house import House, common_options

_COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("console.cli.demo", "The whole way on real content · 用真实内容演示全流程"),
    "works": ("console.cli.works", "Register works · 登记作品"),
    "grants": ("console.cli.grants", "Record authorisations · 登记授权"),
    "match": ("console.cli.match", "Match local files · 比对本地文件"),
    "targets": ("console.cli.targets", "Sites to watch · 监测目标"),
    "discover": ("console.cli.discover", "How copies are searched for · 侵权线索检索"),
    "crawl": ("console.cli.crawl", "Crawl now · 立即采集"),
    "crawls": ("console.cli.crawls", "Crawls that run and ran · 采集任务"),
    "scheduler": ("console.cli.scheduler", "Begin crawls that are due · 按计划启动采集"),
    "worker": ("console.cli.worker", "Run crawls, beside other workers · 采集工作进程"),
    "profiles": ("console.cli.profiles", "What is where on pages of sites · 站点规则"),
    "captures": ("console.cli.captures", "What was captured, as it came · 固定的原始请求与响应"),
    "sites": ("console.cli.sites", "What is known of sites · 网站信息"),
    "cases": ("console.cli.cases", "The case desk · 案件处理"),
    "search": ("console.cli.search", "Search by words and fields · 检索"),
    "index": ("console.cli.index", "Where documents and fingerprints are · 文档与指纹索引"),
    "kibana": ("console.cli.kibana", "Dashboards for operators · 运营仪表板"),
    "config": ("console.cli.config", "Settings and their origin · 配置及其来源"),
    "doctor": ("console.cli.doctor", "What is installed and set · 运行环境检查"),
}


class _Commands(click.Group):
    """Loads a command's module when it is used, so that the program starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands · 命令"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("marque"), prog_name="marque")
@common_options
def cli() -> None:
    """Marque finds unauthorised copies of registered works and turns them into cases.

    网络版权侵权监测：网上发现、源头追溯、属地查处。
    """


def main() -> None:
    """Run the program and end it with the exit code that fits."""
    house = House()
    sys.exit(_run(house))


def _run(house: House) -> int:
    try:
        result: Any = cli(standalone_mode=False, obj=house)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        house.note("interrupted", "已中断")
        return failures.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return failures.USAGE
    except BrokenPipeError:
        # Who read our output has seen enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failures.OK
    except Exception as error:  # noqa: BLE001 - the last place where an error can be told
        return _report(house, error)
    return result if isinstance(result, int) else failures.OK


def _report(house: House, error: Exception) -> int:
    code = failures.exit_code(error)
    if code == failures.INTERNAL:
        traceback.print_exception(error)
    if house.as_json:
        house.err.print_json(data={"error": type(error).__name__, "reason": str(error)})
    else:
        house.note(f"Error: {error}", f"错误：{failures.in_chinese(error)}（{error}）")
    return code
