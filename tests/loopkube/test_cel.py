"""Expressions: what they are worth, and what is said of those that are worth nothing."""

import pytest
from loopkube.shared.cel.compiler import CompileError, compile_expression
from loopkube.shared.cel.meter import Lazy, Meter
from loopkube.shared.cel.values import CostExceeded, EvalError, Maybe

OBJECT = {"a": {"b": 1}, "s": "q,w", "l": [3, 1, 2], "n": None}


def value(text: str, patches: bool = False) -> object:
    program = compile_expression(text, {"object": "dyn", "x": "int"}, patches=patches)
    return program.evaluate({"object": OBJECT, "x": 5}, Meter(100_000))


@pytest.mark.parametrize(
    "text",
    [
        "x / 2 == 2 && -7 / 2 == -3 && -7 % 3 == -1 && x in [1, 5]",
        "object.a.b == 1.0 && object.a.b < 1.5 && dyn('a') != 1 && dyn(true) != 1",
        "has(object.a.b) && !has(object.q) && object.n == null && 'a' in object",
        "object.?a.?b.orValue(3) == 1 && object.?q.orValue(3) == 3 && !object.?q.hasValue()",
        "[?object.?a, ?object.?q] == [{'b': 1}] && object[?'a'].hasValue()",
        "optional.of(1).optMap(v, v + 1).value() == 2 && optional.none().or(optional.of(2)).value() == 2",
        "object.l.all(i, i > 0) && object.l.exists_one(i, i == 3) && object.l.map(i, i * 2) == [6, 2, 4]",
        "[1, 2].exists(i, v, i == 1 && v == 2) && {'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
        "[1, 2, 3].transformList(i, v, i * v) == [0, 2, 6] && object.l.filter(i, i > 1) == [3, 2]",
        "1 / 0 == 1 || true",
        "[1, 0].exists(i, 1 / i == 1)",
        "object.s.upperAscii() == 'Q,W' && object.s.split(',') == ['q', 'w'] && 'abc'.substring(1) == 'bc'",
        "'abc'.charAt(1) == 'b' && 'abcb'.lastIndexOf('b') == 3 && ['a', 'b'].join('-') == 'a-b'",
        "'aba'.replace('a', 'x', 1) == 'xba' && '  a '.trim() == 'a' && strings.quote('a\"') == '\"a\\\\\"\"'",
        "'%s has %d of %.2f, %x'.format(['a', 3, 1.5, 255]) == 'a has 3 of 1.50, ff'",
        "'%s'.format([[1, 'a', null, {'k': true}]]) == '[1, a, null, {k: true}]'",
        "[1, 2].isSorted() && object.l.sum() == 6 && [3, 1].min() == 1 && object.l.max() == 3 && [1].indexOf(1) == 0",
        "[1, 2, 3].slice(0, 2) == [1, 2] && [[1], [2]].flatten() == [1, 2] && object.l.sortBy(i, -i) == [3, 2, 1]",
        "'abc 123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && object.s.matches('^q')",
        "url('https://u@h.example:8080/a%20b?c=d').getHostname() == 'h.example' && isURL('/x') && !isURL('x')",
        "quantity('1Gi').compareTo(quantity('1024Mi')) == 0 && quantity('50k').sub(20000) == quantity('30k')",
        "!isQuantity('1Zi') && quantity('200M').isGreaterThan(quantity('1M')) && sign(quantity('-1')) == -1",
        "ip('10.1.2.3').family() == 4 && ip.isCanonical('::1') && !isIP('300.0.0.1') && ip('::1').isLoopback()",
        "cidr('10.0.0.0/8').containsIP('10.1.1.1') && cidr('10.0.0.0/8').containsCIDR(cidr('10.2.0.0/16'))",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))",
        "!format.dns1123Label().validate('a-b').hasValue() && format.named('uri').hasValue()",
        "format.dns1035Label().validate('1A').value().size() == 1",
        "sets.contains([1, 2], [2]) && sets.intersects([1], [1, 3]) && sets.equivalent([1, 2], [2, 1, 1])",
        "timestamp('2026-01-31T23:30:00Z').getDate('+01:00') == 1 && duration('90m').getHours() == 1",
        "timestamp('2026-01-01T01:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('1h')",
        "string(duration('1h30m')) == '5400s' && string(1.0) == '1' && string(timestamp(0)) == '1970-01-01T00:00:00Z'",
        "int('7') == 7 && double('1.5') == 1.5 && uint(7) == 7u && bool('true') && type(x) == int && type('') != int",
        "size(b'ab') == 2 && string(b'ab') == 'ab' && bytes('ab') == b'ab'",
    ],
)
def test_what_holds(text: str) -> None:
    assert value(text) is True


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("object.q", "no such key: q"),
        ("object.l[5]", "index out of bounds: 5"),
        ("1 / 0", "division by zero"),
        ("1 % 0", "modulus by zero"),
        ("9223372036854775807 + x", "integer overflow"),
        ("object.s + object.a", "no such overload"),
        ("object.s.foo.bar", "no such overload"),
        ("[0].exists(i, 1 / i == 1)", "division by zero"),
        ("object.l.map(i, i)[0] > object.s", "no such overload"),
        (
            "quantity('a')",
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        ("optional.none().value()", "optional.none() dereference"),
        ("dyn([]).min()", "min called on empty list"),
    ],
)
def test_what_has_no_value(text: str, error: str) -> None:
    with pytest.raises(EvalError) as refused:
        value(text)
    assert str(refused.value) == error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("x + y", "ERROR: <input>:1:5: undeclared reference to 'y' (in container '')\n | x + y\n | ....^"),
        ("1 + yy.z.a", "ERROR: <input>:1:5: undeclared reference to 'yy' (in container '')\n | 1 + yy.z.a\n | ....^"),
        ("x == 'a'", "found no matching overload for '_==_' applied to '(int, string)'"),
        ("x +", "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {"),
        ("cel.bind(a, 1, a)", "undeclared reference to 'cel'"),
        ("'" + "a" * 33_000 + "'", "expression code point size exceeds limit: size: 33002, limit 32768"),
        ("+".join(["1"] * 40), "recursion"),
        ("math.greatest(1, 2)", "undeclared reference to 'math'"),
    ],
)
def test_what_is_no_expression(text: str, error: str) -> None:
    with pytest.raises(CompileError) as refused:
        value(text)
    assert error in str(refused.value)


def test_objects_and_patches_are_made_for_mutations() -> None:
    made = value("Object{spec: Object.spec{replicas: x, spec: Object.spec.spec{?a: object.?q, b: 'c'}}}", patches=True)
    assert made == {"spec": {"replicas": 5, "spec": {"b": "c"}}}
    text = "[JSONPatch{op: 'add', path: '/' + jsonpatch.escapeKey('a/b'), value: Object.spec{a: 1}}]"
    assert value(text, patches=True) == [{"op": "add", "path": "/a~1b", "value": {"a": 1}}]
    for wrong in ("Other{a: 1}", "JSONPatch{other: 1}", "Object{a: nope}"):
        with pytest.raises(CompileError):
            value(wrong, patches=True)
    with pytest.raises(CompileError):
        value("Object{a: 1}")


def test_a_lazy_variable_is_computed_once_and_only_when_asked() -> None:
    asked: list[str] = []
    lazy = Lazy(lambda: asked.append("once") or 3)
    program = compile_expression("x > 0 || y + y > 0", {"x": "int", "y": "int"})
    assert program.evaluate({"x": 1, "y": lazy}, Meter(100)) is True
    assert asked == []
    assert program.evaluate({"x": 0, "y": lazy}, Meter(100)) is True
    assert asked == ["once"]


def test_cost_is_bounded() -> None:
    with pytest.raises(CostExceeded, match="operation cancelled: actual cost limit exceeded"):
        value("lists.range(1000).all(i, lists.range(1000).all(j, i + j >= 0))")


def test_an_optional_that_is_absent_is_none() -> None:
    assert value("object.?q") == Maybe(False)
