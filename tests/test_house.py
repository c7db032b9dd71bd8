"""What `make measure` counts, on packages small enough to count by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import house, naming

ROOT = Path(__file__).parent.parent
FILES = {
    "__init__.py": '"""A package."""\n',
    "first.py": '''from small_house import second


def one():
    """In one line."""
    return second.TWO  # a reason


def _two(): return 2  # noqa: E704
''',
    "second.py": '''TWO = 2


class Public:
    def three(self):
        """In several lines.

        This is the third.
        """
        from small_house import first

        return first.one()

    def four(self):
        return "tables"
''',
    "rooms/__init__.py": "",
}


@pytest.fixture
def helpers(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "helpers" / "small_house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "helpers"


def test_a_package_is_measured(helpers: Path) -> None:
    assert house.measure(helpers / "small_house") == {
        "files / lines": "3 / 25",
        "file: median / p90 / max": "9 / 14 / 15",
        "function: median / p90 / max": "2 / 6 / 8",
        "comments per 1,000 lines": "40.0",
        "public functions documented": "67 %",
        "of those in several lines": "50 %",
        "loose modules at the top": "2",
        "names at the top": "3",
        "import cycles (modules in them)": "1 (2)",
    }


def test_the_command_prints_a_column_for_each_package(helpers: Path) -> None:
    command = [sys.executable, "-m", "bench.house", str(helpers)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert printed[0].split() == ["small_house"]
    assert [line.split()[-1] for line in printed if line.startswith("files")] == ["25"]


def test_a_file_touches_a_kind_when_its_code_names_it(tmp_path: Path) -> None:
    (tmp_path / "table.py").write_text('"""Chairs."""\nKIND = GROUP.kind("Table", "tables")\n')
    (tmp_path / "chair.py").write_text('SPEC = Spec(GROUP.kind("Chair", "chairs"), on="/tables/{name}")\n')
    found = naming.kinds(tmp_path)
    assert found == {"Table": "tables", "Chair": "chairs"}
    trees = [source.tree for source in house.read(tmp_path)]
    assert naming.files_that_name(found, trees) == {"Table": 2, "Chair": 1}


def test_all_kinds_of_the_cluster_are_counted() -> None:
    assert {"Pod", "Ingress", "CronJob", "SelfSubjectReview"} <= set(naming.kinds(house.HELPERS / "loopkube" / "kinds"))
