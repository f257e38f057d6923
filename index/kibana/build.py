"""All of Kibana's objects, and the file that holds them for import by hand.

`python -m index.kibana.build` writes index/kibana/marque.ndjson.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.kibana.catalogue import DASHBOARDS, SEARCHES
from index.kibana.dashboards import dashboard_object
from index.kibana.saved_objects import Installation, packed
from index.kibana.searches import saved_search
from index.kibana.views import data_views

if TYPE_CHECKING:
    from index.kibana.saved_objects import SavedObject

NDJSON: Final = Path(__file__).parent / "marque.ndjson"


def objects(installation: Installation) -> list[SavedObject]:
    """Return every object; what others refer to comes before them."""
    return [
        *data_views(installation),
        *(saved_search(search, installation) for search in SEARCHES),
        *(dashboard_object(one, DASHBOARDS, installation) for one in DASHBOARDS),
    ]


def ndjson(installation: Installation) -> str:
    """Return every object, one a line, as Kibana exports and imports them."""
    return "".join(f"{packed(one)}\n" for one in objects(installation))


if __name__ == "__main__":
    NDJSON.write_text(ndjson(Installation()), encoding="utf-8")
