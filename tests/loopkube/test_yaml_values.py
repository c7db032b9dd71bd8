"""Values of YAML: read as Go's YAML reads them, or refused in its words."""

import pytest
from loopkube.api.decoding.body import from_yaml
from loopkube.api.decoding.errors import BodyError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9" * 5000, "9" * 5000),
        ("9" * 30, 1e30),
        ("-9223372036854775808", -(2**63)),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 2.0**64),
        ("0x_", "0x_"),
        ("0x" + "f" * 500, "0x" + "f" * 500),
        ("0x1F", 31),
        ("017", 15),
        ("0o17", 15),
        ("0b11", 3),
        ("1_000", 1000),
        ("-0x10", -16),
        ("1e999", "1e999"),
        ("!!float 3", 3.0),
        ("!!str 5", "5"),
        ("!!binary aGFsbG8=", "hallo"),
        ("!!timestamp 2001-01-01", "2001-01-01"),
        ("!!set {b: null}", {"b": None}),
        ("!!omap [b: 1]", [{"b": 1}]),
        ("!foo x", "x"),
        ("!!python/object:os.system x", "x"),
    ],
)
def test_what_go_reads(text: str, value: object) -> None:
    assert from_yaml(f"a: {text}".encode()) == ({"a": value}, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!!int x", "cannot decode !!str `x` as a !!int"),
        ("!!float x", "cannot decode !!str `x` as a !!float"),
        ("!!bool x", "cannot decode !!str `x` as a !!bool"),
        ("!!binary x", "!!binary value contains invalid base64 data"),
        ("!!map x", "line 1: expected a mapping node, but found scalar"),
        ("!!seq x", "line 1: expected a sequence node, but found scalar"),
        ("!!int [1]", "line 1: expected a scalar node, but found sequence"),
    ],
)
def test_what_go_refuses(text: str, words: str) -> None:
    with pytest.raises(BodyError) as refused:
        from_yaml(f"a: {text}".encode())
    assert str(refused.value) == f"error converting YAML to JSON: yaml: {words}"
