"""What the doctor knows of the container that it runs in."""

import pytest
from labtools.doctor import container

VERSION_2 = {
    "memory.max": "2147483648\n",
    "memory.current": "700000000\n",
    "memory.stat": "anon 5\ninactive_file 100\n",
}
VERSION_1 = {"memory/memory.limit_in_bytes": "2000000000", "memory/memory.usage_in_bytes": "500000000"}


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({}, []),
        (VERSION_2, [2147483648 - 700000000 + 100]),
        (VERSION_2 | {"memory.max": "max\n"}, []),
        (VERSION_1, [1_500_000_000]),
        (VERSION_1 | {"memory/memory.limit_in_bytes": "400000000"}, [0]),
    ],
)
def test_a_container_has_less_memory_than_its_machine(files: dict[str, str], left: list[int]) -> None:
    assert list(container.memory(lambda path: files.get(path.removeprefix("/sys/fs/cgroup/")))) == left
