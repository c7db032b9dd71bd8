"""The notebooks that a command names."""

import pytest
from labcore.errors import LabError
from labtools.workspace import series


def names(*parts: str) -> list[str]:
    return [path.name[:2] for path in series.named("en", parts)]


def test_several_parts_name_several_notebooks_in_the_order_of_the_series() -> None:
    assert names("07", "00", "start") == ["00", "07"]
    assert names() == [path.name[:2] for path in series.notebooks("en")]


def test_a_part_that_no_name_has_is_said() -> None:
    with pytest.raises(LabError, match=r'no notebook in .* has "frob" in its name'):
        names("00", "frob")
