"""Patterns of custom resources and JSON patches: Go's meaning, and no request that holds the API."""

import json
import time

import pytest
from loopkube.api.patch import json_patch
from loopkube.kinds.shared.structural.scalars import string_errors
from loopkube.shared import go_patterns
from loopkube.shared.status import ApiError


@pytest.mark.parametrize(
    ("form", "text"),
    [(r"^\p{Greek}+$", "αβγ"), (r"^\Q.*\E$", ".*"), (r"(?U)^a+", "aa"), (r"^[[:alpha:]]+$", "abc")],
)
def test_what_go_reads_is_read(form: str, text: str) -> None:
    assert go_patterns.compiled(form).search(text)


@pytest.mark.parametrize("form", [r"(?=a)b", r"(?<=a)b", r"(a)\1", "a**", "[z-a]", "(", "a{1001}"])
def test_what_go_refuses_is_refused_in_its_words(form: str) -> None:
    with pytest.raises(go_patterns.PatternError, match=r"^error parsing regexp: .+: `.+`$"):
        go_patterns.compiled(form)


def test_a_pattern_that_would_never_end_elsewhere_ends() -> None:
    go_patterns.compiled("a")  # the library is loaded with the first pattern
    begun = time.thread_time()
    errors = string_errors("a" * 34 + "!", {"pattern": "^(a+)+$"}, "spec.a")
    assert [error.field for error in errors] == ["spec.a"]
    assert time.thread_time() - begun < 0.25


def test_a_text_that_is_too_long_for_its_pattern_is_refused_unread() -> None:
    errors = string_errors("a" * 3_000_000, {"pattern": "^[a-z]{1,900}$"}, "spec.a")
    assert "may not be more than" in errors[0].detail


def test_copies_of_a_patch_add_three_mebibytes_at_most() -> None:
    obj = {"data": {"a": "x" * 1000}}
    operations = [{"op": "copy", "from": "/data", "path": f"/data/a{number}"} for number in range(20)]
    begun = time.thread_time()
    with pytest.raises(ApiError) as refused:
        json_patch.apply(obj, json.dumps(operations).encode())
    assert refused.value.code == 422
    assert time.thread_time() - begun < 0.25


def test_a_copy_within_the_bound_is_made() -> None:
    patch = json.dumps([{"op": "copy", "from": "/data/a", "path": "/data/b"}]).encode()
    assert json_patch.apply({"data": {"a": "1"}}, patch) == {"data": {"a": "1", "b": "1"}}
