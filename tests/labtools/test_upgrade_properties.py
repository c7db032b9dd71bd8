"""Properties of `lab upgrade` over made-up manifests: unknown fields stay, and twice is as good as once."""

import copy
from collections.abc import Iterator

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ingress_lab import manifests

QUICK = settings(
    max_examples=12,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
names = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
scalars = st.one_of(names, st.integers(0, 99), st.booleans(), st.sampled_from(["yes", "007", "1e3", "a: b", "# x", ""]))
unknown = st.dictionaries(
    names.map("x-{}".format),
    st.recursive(
        scalars, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(names, inner, max_size=2))
    ),
    max_size=2,
)
ports = st.one_of(st.integers(1, 65535), names)


@st.composite
def ingresses(draw: st.DrawFn) -> dict:
    paths = [
        {
            "path": f"/{draw(names)}",
            "backend": {"serviceName": draw(names), "servicePort": draw(ports)},
            **draw(unknown),
        }
        for _ in range(draw(st.integers(1, 2)))
    ]
    spec = {"rules": [{"host": f"{draw(names)}.example", "http": {"paths": paths}, **draw(unknown)}], **draw(unknown)}
    version = draw(st.sampled_from(["extensions/v1beta1", "networking.k8s.io/v1beta1"]))
    metadata = {"name": draw(names), "annotations": {"example.com/note": draw(names)}, **draw(unknown)}
    return {"apiVersion": version, "kind": "Ingress", "metadata": metadata, "spec": spec, **draw(unknown)}


@st.composite
def deployments(draw: st.DrawFn) -> dict:
    labels = {"app": draw(names)}
    container = {"name": draw(names), "image": "nginx", **draw(unknown)}
    spec = {
        "replicas": draw(st.integers(0, 9)),
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    version = draw(st.sampled_from(["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "apps/v1"]))
    spec |= {"selector": {"matchLabels": labels}} if version in ("apps/v1beta2", "apps/v1") else {}
    return {
        "apiVersion": version,
        "kind": "Deployment",
        "metadata": {"name": draw(names)},
        "spec": spec,
        **draw(unknown),
    }


@st.composite
def others(draw: st.DrawFn) -> dict:
    """Kinds that no upgrade knows."""
    version, kind = draw(
        st.sampled_from([("v1", "ConfigMap"), ("example.com/v1beta1", "Ingress"), ("a.b/v1", "Thing")])
    )
    return {"apiVersion": version, "kind": kind, "metadata": {"name": draw(names)}, **draw(unknown)}


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Documents with a comment above each and some at the ends of lines."""
    found = []
    for number, obj in enumerate(
        draw(st.lists(st.one_of(ingresses(), deployments(), others()), min_size=1, max_size=2))
    ):
        lines = yaml.safe_dump(obj, sort_keys=False, indent=draw(st.sampled_from([2, 4]))).splitlines()
        lines = [
            f"{line}  # {_comment(number, at)}" if line.startswith("kind:") else line for at, line in enumerate(lines)
        ]
        found.append("\n".join([f"# {_comment(number, 'above')}", *lines, ""]))
    return "---\n".join(found)


def _comment(document: int, where: object) -> str:
    return f"said of {document} at {where}"


def _strange(value: object) -> Iterator[tuple[str, object]]:
    """All unknown fields, wherever they stand."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if str(key).startswith("x-"):
            yield key, inner
        yield from _strange(inner)


def _documents(text: str) -> list[dict]:
    return list(yaml.safe_load_all(text))


@QUICK
@given(texts())
def test_unknown_fields_kinds_names_and_comments_stay(text: str) -> None:
    after = manifests.upgrade(text).text
    before, now = _documents(text), _documents(after)
    assert [(d["kind"], d["metadata"]["name"]) for d in now] == [(d["kind"], d["metadata"]["name"]) for d in before]
    assert [sorted(map(repr, _strange(d))) for d in now] == [sorted(map(repr, _strange(d))) for d in before]
    assert [_comments(line) for line in after.splitlines() if "said of" in line] == [
        _comments(line) for line in text.splitlines() if "said of" in line
    ]


def _comments(line: str) -> str:
    return line[line.index("# said of") :]


@QUICK
@given(texts())
def test_a_second_time_changes_nothing(text: str) -> None:
    once = manifests.upgrade(text).text
    again = manifests.upgrade(once)
    assert not again and again.text == once


@QUICK
@given(ingresses())
def test_an_ingress_says_the_same_in_todays_words(old: dict) -> None:
    """Spelled out here once more: version, backends and path types, and nothing else."""
    wanted = copy.deepcopy(old) | {"apiVersion": "networking.k8s.io/v1"}
    for path in wanted["spec"]["rules"][0]["http"]["paths"]:
        backend = path["backend"]
        port = backend["servicePort"]
        path["pathType"] = "Prefix"
        path["backend"] = {
            "service": {"name": backend["serviceName"], "port": {"number" if isinstance(port, int) else "name": port}}
        }
    assert _documents(manifests.upgrade(yaml.safe_dump(old, sort_keys=False)).text) == [wanted]


@QUICK
@given(others())
def test_what_it_does_not_know_is_not_touched(obj: dict) -> None:
    text = yaml.safe_dump(obj, sort_keys=False)
    found = manifests.upgrade(text)
    assert not found and found.text == text
