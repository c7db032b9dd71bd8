"""Random expressions in CEL: right ones, wrong ones, huge ones and deep ones."""

from collections.abc import Callable
from random import Random

ATOMS = (
    "object", "oldObject", "object.metadata", "object.metadata.name", "object.metadata.labels", "object.data", "params",
    "request", "request.userInfo.groups", "namespaceObject", "authorizer", "variables.a", "self", "oldSelf",
    "self.names", "self.size", "true", "null", "1", "0", "-9223372036854775808", "9223372036854775807", "1u", "1e308",
    "1.5", "2001",
    "''", "'a'", "b'\\xff'", "[]", "{}", "[1, 2, 3]", "{'a': 1}", "'😀' + 'é'", "duration('1s')", "quantity('10Mi')",
    "timestamp('2001-01-01T00:00:00Z')", "ip('10.0.0.1')", "cidr('10.0.0.0/8')", "optional.none()", "type(1)", "dyn(1)",
    "Object{}", "JSONPatch{op: 'add', path: '/a', value: 1}", "[JSONPatch{op: 'add', path: '/data/a', value: 'b'}]",
    "Object{metadata: Object.metadata{labels: {'a': 'b'}}}", "9" * 400, "nope", "size", "__x__", "'\\u0000'", "@in", "",
)  # fmt: skip
BINARY = ("&&", "||", "==", "!=", "<", ">=", "in", "+", "-", "*", "/", "%", "?", ".", "[")
CALLS = (
    "size({})", "string({})", "int({})", "{}.matches({})", "{}.contains({})", "{}.split({})", "{}.map(x, {})", "!{}",
    "{}.all(x, {})", "{}.exists(x, {})", "{}.exists_one(x, {})", "{}.filter(x, {})", "has({}.a)", "{}[{}]", "{}.?a",
    "{}.orValue({})", "{}.replace('a', {})", "{}.lowerAscii()", "{} ? {} : {}", "[{}, {}]", "{{'a': {}}}", "-{}",
    "{}.transformList(k, v, {})", "cel.bind(x, {}, {})", "{}.sum()", "{}.isSorted()", "url({})", "{}.find({})",
    "{}.format([{}])", "sets.contains({}, {})", "{}.path({}).check('get').allowed()", "Object{{spec: {}}}", "({})",
)  # fmt: skip
DEEP = (5, 50, 400, 3000)


def expression(random: Random, depth: int = 0) -> str:
    chance = random.random()
    if depth > 4 or chance < 0.3:
        return random.choice(ATOMS)
    if depth == 0 and chance < 0.4:
        return random.choice(_HOSTILE)(random)
    if chance < 0.6:
        operator = random.choice(BINARY)
        return f"{expression(random, depth + 1)} {operator} {expression(random, depth + 1)}"
    form = random.choice(CALLS)
    inner = [expression(random, depth + 1) for _ in range(form.count("{}"))]
    return form.format(*inner)


def _nested(random: Random) -> str:
    times = random.choice(DEEP)
    begin, end = random.choice((("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("{'a': ", "}"), ("size([", "])")))
    return begin * times + random.choice(ATOMS) + end * times


def _chained(random: Random) -> str:
    operator = random.choice((" + ", " && ", " || ", " == ", ".a.", ", ", " ? 1 : "))
    return operator.join([random.choice(ATOMS)] * random.choice(DEEP))


def _looped(random: Random) -> str:
    """Loops within loops over a list, each a hundred times as much."""
    items = f"[{', '.join('1' * random.choice((1, 9)) for _ in range(100))}]"
    text = "x > 0"
    for _ in range(random.randint(1, 5)):
        text = f"{items}.{random.choice(('all', 'exists', 'map', 'filter'))}(x, {text})"
    return text


def _grown(random: Random) -> str:
    """Texts that double."""
    text = "'aaaaaaaaaa'"
    for _ in range(random.choice((3, 30))):
        text = f"cel.bind(y, {text}, y + y)"
    return f"size({text}) > {random.choice((0, 10**9))}"


def _pattern(random: Random) -> str:
    patterns = ("(a+)+$", "(a|a)*b", "[", "a{1,100000}", "(" * 500 + ")" * 500, "\\\\p{Greek}", ".*" * 50)
    return f"'{'a' * random.choice((10, 5000))}'.matches('{random.choice(patterns)}')"


def _noise(random: Random) -> str:
    return "".join(random.choice("()[]{}.'\"\\+-&|?:,x1 \n\0é@#$/*") for _ in range(random.choice((5, 300, 9000))))


_HOSTILE: tuple[Callable[[Random], str], ...] = (_nested, _chained, _looped, _grown, _pattern, _noise)
