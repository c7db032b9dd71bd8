"""The table of public names: whole, fresh, and each of its examples runs, in its order, on the real cluster."""

import pkgutil
from typing import Any

import ingress_lab
import pytest
from labtools.authoring import names
from loopkube.cluster import ClusterInfo


def test_every_public_name_has_a_line_and_no_other() -> None:
    assert set(names.EXAMPLES) == names.public()


def test_the_table_is_fresh() -> None:
    assert names.FILE.read_text(encoding="utf-8") == names.text(), "python -m labtools.authoring.names writes it"


def test_every_name_says_what_it_is_and_its_example_shows_it() -> None:
    assert [name for name in names.EXAMPLES if not names.summary_of(name).endswith((".", "?"))] == []
    verbs = [n for n in names.EXAMPLES if n.startswith("Lab.") and n not in ("Lab.connect", "Lab.current")]
    assert [n for n in verbs if f"lab.{n.removeprefix('Lab.')}" not in names.EXAMPLES[n]] == []
    functions = [n for n in names.EXAMPLES if n.rpartition(".")[2].islower() and not n.startswith("Lab.")]
    assert [n for n in functions if f"{n}(" not in names.EXAMPLES[n]] == []


def test_no_public_name_is_a_module_of_the_same_name() -> None:
    """Python would put the module in the place of the function, once it is loaded."""
    modules = {found.name for found in pkgutil.iter_modules(ingress_lab.__path__)}
    assert modules & set(ingress_lab.__all__) == set()


def test_the_examples_run(cluster: ClusterInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INGRESS_LAB_CLUSTER", raising=False)
    place: dict[str, Any] = {}
    for name, example in names.EXAMPLES.items():
        try:
            exec(example, place)
        except Exception as error:
            error.add_note(f"the example of {name}: {example}")
            raise
