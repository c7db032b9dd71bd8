"""Every enumerated field exists in the upstream schema."""

import pytest
from loopkube.api.openapi.enums import ENUMS
from loopkube.schema import definition


@pytest.mark.parametrize("name", ENUMS)
def test_fields_exist(name: str) -> None:
    assert ENUMS[name].keys() <= definition(name)["properties"].keys()
