from __future__ import annotations

import pytest

from index.identifiers import identifier


@pytest.mark.parametrize(
    ("scheme", "raw", "value", "checked"),
    [
        ("ISBN", "978-7-498-05646-7", "9787498056467", "checksum"),
        ("isbn", "978-7-498-05646-8", "978-7-498-05646-8", "unchecked"),
        ("isbn", "９７８－７－４９８－０５６４６－７", "9787498056467", "checksum"),
        ("作品登记号", "国作登字-2023-F-00123456", "国作登字-2023-F-00123456", "format"),
        ("软件著作权登记号", "2018sr290165", "2018SR290165", "format"),
        ("doi", "10.1000/xyz", "10.1000/XYZ", "format"),
        ("版号", "国新出审[2019]49号", "国新出审〔2019〕49号", "unchecked"),
        ("whatever", "as is", "AS IS", "unchecked"),
    ],
)
def test_identifier(scheme: str, raw: str, value: str, checked: str) -> None:
    found = identifier(scheme, raw)
    assert (found.raw, found.value, found.checked) == (raw, value, checked)
