from __future__ import annotations

import pytest

from index.documents import RECORDS, Match, Record, Sighting, Work
from index.elastic.mappings import OWN, document_mapping, exact_name, stored_name
from index.errors import InvalidQuery


@pytest.mark.parametrize("kind", RECORDS)
def test_every_field_is_mapped_and_no_other_is_taken(kind: type[Record]) -> None:
    mapping = document_mapping(kind)
    assert mapping["dynamic"] == "strict"
    names = {stored_name(kind, name) for name in kind.model_fields}
    assert set(mapping["properties"]) == names | {OWN}
    assert len(names) == len(kind.model_fields)


def test_fields_have_the_names_and_forms_of_the_common_schema() -> None:
    fields = document_mapping(Sighting)["properties"]
    assert fields["@timestamp"]["type"] == "date"
    assert fields["host.ip"]["type"] == "ip"
    assert fields["url.full"]["type"] == "keyword"
    assert fields["http.response.body.bytes"]["type"] == "long"
    assert fields["failure"]["properties"]["code"]["type"] == "keyword"


def test_comparing_is_by_the_exact_value() -> None:
    assert exact_name(Work, "title") == "title.exact"
    assert exact_name(Sighting, "seen_at") == "@timestamp.exact"
    assert exact_name(Match, "score") == "score"
    for nothing in ("spans", "nonsense"):
        with pytest.raises(InvalidQuery):
            exact_name(Match, nothing)
