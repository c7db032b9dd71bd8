"""docs/fidelity.md says what the tests have found: its generated parts are fresh, its exceptions few and real."""

import fidelity

MOST_EXCEPTIONS = 3


def test_generated_parts_are_fresh() -> None:
    text = fidelity.DOCUMENT.read_text()
    assert text == fidelity.renewed(text), "stale; run: python tests/flows/fidelity.py"


def test_every_exception_is_a_recorded_moment_and_there_are_few() -> None:
    told, listed = fidelity.stories(), fidelity.exceptions()
    assert [key for key in listed if key[1] not in told.get(key[0], [])] == []
    assert all(listed.values())
    assert len(listed) <= MOST_EXCEPTIONS


def test_a_new_exception_changes_the_figures() -> None:
    text = fidelity.DOCUMENT.read_text()
    row = "| scale | `get deployment web` | a reason |\n"
    more = text.replace(
        "| story | moment | why it differs |\n|---|---|---|\n",
        "| story | moment | why it differs |\n|---|---|---|\n" + row,
    )
    assert fidelity.renewed(more) != more
