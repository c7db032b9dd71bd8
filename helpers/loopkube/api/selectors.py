"""Label selectors: which labels they select, after k8s.io/apimachinery/pkg/labels; `selector_syntax` reads them."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from loopkube.api.selector_syntax import Parser, Unparsable
from loopkube.shared.status import bad_request

Labels = Mapping[str, str]
Predicate = Callable[[Labels], bool]


def _predicate(key: str, operator: str, values: list[str]) -> Predicate:
    if operator == "exists":
        return lambda labels: key in labels
    if operator == "!":
        return lambda labels: key not in labels
    if operator in ("notin", "!="):
        return lambda labels: key not in labels or labels[key] not in values
    if operator in (">", "<"):
        bound = int(values[0])
        sign = 1 if operator == ">" else -1
        return lambda labels: _is_int(labels.get(key, "")) and (int(labels[key]) - bound) * sign > 0
    return lambda labels: labels.get(key) in values if key in labels else False


def _is_int(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d{1,19}", text))


@lru_cache(maxsize=512)
def label_selector(text: str) -> Predicate | None:
    """The test that a selector such as `app=shop,tier in (front,back),!old` makes; None selects everything."""
    try:
        tests = [_predicate(*requirement) for requirement in Parser(text).requirements()]
    except Unparsable as error:
        raise bad_request(str(error)) from None
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda labels: all(test(labels) for test in tests)
