"""Tables and lines for people. What comes from the web may hold terminal codes: none passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from console.cli.printable import printable

if TYPE_CHECKING:
    from console.cli.house import House


def table(house: House, *titles: tuple[str, str]) -> Table:
    """Return an empty table with titles in the person's language."""
    laid_out = Table(box=None, pad_edge=False)
    for number, (english, chinese) in enumerate(titles):
        laid_out.add_column(house.say(english, chinese), overflow="fold", no_wrap=number == 0)
    return laid_out


def add_row(laid_out: Table, *cells: object) -> None:
    """Add a row; nothing in it is markup."""
    laid_out.add_row(*(Text(printable(str(cell))) for cell in cells))


def say_line(house: House, text: str) -> None:
    """Print a line of data."""
    house.out.print(Text(printable(text)))
