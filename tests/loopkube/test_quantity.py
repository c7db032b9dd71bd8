"""Quantities: the canonical form and the amount."""

from decimal import Decimal

import pytest
from loopkube.shared import quantity


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("1", "1"),
        ("100m", "100m"),
        ("0.1", "100m"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("2000", "2k"),
        ("1024", "1024"),
        ("1024Ki", "1Mi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("1e3", "1e3"),
        ("1E", "1E"),
        ("-250m", "-250m"),
        ("+5", "5"),
        ("1n", "1n"),
        ("0.0000000001", "1n"),
        ("128974848", "128974848"),
        ("129e6", "129e6"),
        ("129M", "129M"),
        ("123Mi", "123Mi"),
        ("1e99999999", quantity.canonical("9223372036854775807e0")),
        ("1e-99999999", "1e-9"),
    ],
)
def test_canonical_form(text: str, canonical: str) -> None:
    assert quantity.canonical(text) == canonical


@pytest.mark.parametrize("text", ["", "lots", "1 Gi", "1g", "m", "1..5", "--1", "1KiB", "."])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match"):
        quantity.parse(text)


def test_amounts_compare() -> None:
    assert quantity.parse("1Gi") == Decimal(2**30)
    assert quantity.parse("500m") < quantity.parse("1")
    assert quantity.parse("1k") == quantity.parse("1e3") == 1000


def test_an_exponent_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="unable to parse quantity's suffix"):
        quantity.canonical("1e" + "9" * 5000)
