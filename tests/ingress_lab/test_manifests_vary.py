"""Fields set otherwise, and two manifests side by side."""

import pytest
from ingress_lab import manifests
from labcore.errors import BadArgument, LabError
from labcore.yaml.fields import get, name_of, path_of, put

TEXT = """\
# a note
apiVersion: v1
kind: Service
metadata:
  name: web   # its name
spec:
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1}
"""


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("spec.replicas", ("spec", "replicas")),
        ("spec.rules[0].http.paths[12].path", ("spec", "rules", 0, "http", "paths", 12, "path")),
        ('metadata.annotations["a.b/c"]', ("metadata", "annotations", "a.b/c")),
        ("metadata['x y']", ("metadata", "x y")),
    ],
)
def test_names_of_fields(name: str, path: tuple) -> None:
    assert path_of(name) == path and path_of(name_of(path)) == path


@pytest.mark.parametrize("name", ["", "spec.[", "spec[x]", "a..b"])
def test_what_names_no_field(name: str) -> None:
    with pytest.raises(BadArgument):
        path_of(name)


def test_put_makes_maps_but_not_items() -> None:
    obj: dict = {"a": [1]}
    put(obj, ("x", "y"), 2)
    put(obj, ("a", 1), 3)
    put(obj, ("a", 0), None)
    assert obj == {"a": [3], "x": {"y": 2}} and get(obj, ("a", 5)) is None
    with pytest.raises(BadArgument, match="a has 1 items"):
        put(obj, ("a", 3, "z"), 1)
    with pytest.raises(LabError, match="a is a list"):
        put(obj, ("a", "z"), 1)


def test_vary_keeps_all_else() -> None:
    varied = manifests.vary(TEXT, {"spec.ports[0].port": 8080, 'metadata.labels["a.b/c"]': "d"}, only="service/web")
    assert varied.text == TEXT.replace("port: 80", "port: 8080").replace(
        "name: web   # its name\n", "name: web   # its name\n  labels:\n    a.b/c: d\n"
    )
    assert [obj["kind"] for obj in varied] == ["Service", "Deployment"]
    assert [d.kind for d in manifests.load(varied)] == ["Service", "Deployment"]
    gone = manifests.vary(varied, {"metadata.labels": None}, only="Service")
    assert "labels" not in next(iter(gone))["metadata"]


def test_vary_asks_which_is_meant() -> None:
    with pytest.raises(BadArgument, match="service/web, deployment/web"):
        manifests.vary(TEXT, {"spec.replicas": 2})
    with pytest.raises(BadArgument, match='no "ingress"'):
        manifests.vary(TEXT, {"spec.replicas": 2}, only="ingress")


def test_compare_side_by_side() -> None:
    new = TEXT.replace("port: 80", "port: 81").replace("# a note\n", "") + "extra: 1\n"
    found = manifests.compare(TEXT, new, context=1)
    assert found and [(row.sign, row.left, row.right) for row in found.changed] == [
        ("-", "# a note", None),
        ("~", "    - port: 80", "    - port: 81"),
        ("+", None, "extra: 1"),
    ]
    assert "~     - port: 80" in repr(found) and "..." in repr(found)
    page = found._repr_mimebundle_()["text/html"]
    assert page.count("<tr>") == len(found.rows) + 1 and "- port: 81" in page


def test_compare_objects_and_nothing() -> None:
    one = {"apiVersion": "v1", "kind": "A", "metadata": {"name": "<x>"}}
    assert not manifests.compare(one, one) and repr(manifests.compare(one, one)) == "no difference"
    found = manifests.compare(one, one | {"kind": "B"})
    assert "&lt;x&gt;" in found._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "y", "N", "true", "null", "1", "1.5", "text", "10:30"])
def test_a_text_stays_a_text_for_readers_of_yaml_1_1(word: str) -> None:
    """kubectl and PyYAML read `on` as a boolean."""
    varied = manifests.vary(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", {"data": {"a": word}, "more": [word]}
    )
    (obj,) = varied
    assert (obj["data"]["a"], obj["more"]) == (word, [word])
