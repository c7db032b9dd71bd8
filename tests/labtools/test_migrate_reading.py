"""What `lab migrate` reads and what it refuses to read, and the folder that it writes: whole or not at all."""

import json
import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labcore.errors import BadManifest, LabError
from labtools import cli
from labtools.migrate import reading, shown, writing
from labtools.migrate.found import Input
from labtools.migrate.migration import migration
from labtools.migrate.table import CANDIDATES, annotations
from nginx_ingresses import nginx

OLD = """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: old, annotations: {kubernetes.io/ingress.class: nginx}}
spec: {rules: [{host: a.com, http: {paths: [{path: /, backend: {serviceName: web, servicePort: 80}}]}}]}
"""
TEMPLATE = "kind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\n"
BOMB = "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(folder: Path, **files: str) -> Input:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return reading.read(folder)


def test_old_versions_lists_and_json_are_read(tmp_path: Path) -> None:
    items = {"kind": "List", "apiVersion": "v1", "items": [nginx(name="one")]}
    bare = {k: v for k, v in nginx(name="two").items() if k not in ("kind", "apiVersion")}
    several = {"kind": "IngressList", "apiVersion": "networking.k8s.io/v1", "items": [bare]}
    found = read(tmp_path, old_yaml=OLD, list_json=json.dumps(items), more_yml=yaml.safe_dump(several))
    assert [one.title for one in found.ingresses] == ["n/one", "n/two", "old"] and not found.left
    assert found.ingresses[2].paths[0][1]["backend"]["service"]["port"] == {"number": 80}


def test_what_is_no_ingress_for_ingress_nginx_is_named_or_helps(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        a_yaml=OLD.replace("ingress.class: nginx", "ingress.class: alb"),
        b_yaml="values: {ingress: true}\n",
        c_yaml="kind: ConfigMap\nmetadata: {name: {{ broken }}}\n",
        d_yaml="kind: IngressClass\nmetadata: {name: outside}\nspec: {controller: k8s.io/ingress-nginx}\n",
        e_yaml=OLD.replace("ingress.class: nginx", "ingress.class: outside"),
        package_json='{"name": "x"}',
    )
    assert [one.class_name for one in found.ingresses] == ["outside"]
    assert [("alb" in one.why, one.bad) for one in found.left] == [(True, False)]
    assert reading.read(tmp_path, ["alb"]).left[0].why.startswith("the same Ingress")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TEMPLATE, "helm template"),
        ("kind: Ingress\nmetadata: [\n", "not YAML"),
        (BOMB + OLD, "excessive aliasing"),
        ("kind: Ingress\nspec: " + "[" * 300, "levels deep"),
        ("kind: Ingress\napiVersion: networking.k8s.io/v1\n", "metadata.name"),
        ("kind: Ingress\nmetadata: {name: x}\nspec: {ingressClassName: nginx, rules: {a: b}}\n", "something else"),
        ("kind: Ingress\nmetadata: {name: x, annotations: [a]}\n", "something else"),
        (OLD.replace("servicePort: 80", "servicePort: $PORT"), "filled in later"),
        (OLD + "---\n" + OLD, "stands in"),
        (OLD.replace("a.com", "a.__DOMAIN__"), "no DNS name"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(
    text: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    (tmp_path / "good.yaml").write_text(OLD.replace("name: old", "name: good"))
    command = ["migrate", str(tmp_path), "--to", "provider", "--output", str(tmp_path.parent / "new")]
    assert cli.main(command) == 2
    said = "".join(capsys.readouterr())
    assert why in said and "Nothing is written" in said and not (tmp_path.parent / "new").exists()


def test_no_folder_no_ingress_and_links_out_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", str(tmp_path / "none")]) == 2
    assert cli.main(["migrate"]) == 2
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "out.yaml").write_text(OLD)
    (folder / "link.yaml").symlink_to(tmp_path / "out.yaml")
    os.mkfifo(folder / "pipe.yaml")
    assert cli.main(["migrate", str(folder)]) == 2
    said = "".join(capsys.readouterr())
    assert "leads out of the folder" in said and "no Ingress for ingress-nginx" in said and "pipe" in said


def test_writing_is_whole_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [("a.yaml", [{"kind": "A"}]), ("../b.yaml", [{"kind": "B"}]), ("a.yaml", [{"kind": "C"}])]
    assert writing.write(tmp_path / "new", files) == ["a.yaml", "b.yaml", "a-2.yaml"]
    with pytest.raises(LabError, match="is not empty"):
        writing.write(tmp_path / "new", files)
    (tmp_path / "link").symlink_to(tmp_path / "new")
    with pytest.raises(LabError, match="is no folder"):
        writing.write(tmp_path / "link", files)

    def full(path: Path, *given: object, **more: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(LabError, match="No space left"):
        writing.write(tmp_path / "other", files)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "new"]


def test_never_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(OLD)
    for target in (tmp_path, tmp_path / "inside"):
        assert cli.main(["migrate", str(tmp_path), "--to", "provider", "--output", str(target)]) == 1
        assert "name another one" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]


def test_exit_codes_and_the_written_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.yaml").write_text(OLD)
    assert cli.main(["migrate", str(source), "--to", "provider", "--output", str(target)]) == 0
    assert "kubernetesingressnginx" in capsys.readouterr().out
    (written,) = yaml.safe_load_all((target / "old.yaml").read_text())
    assert written["spec"]["ingressClassName"] == "nginx"
    (source / "a.yaml").write_text(yaml.safe_dump(nginx(limit_rps="5")))
    assert cli.main(["migrate", str(source), "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["candidates"]["gateway"]["counts"] == {"same": 0, "different": 0, "absent": 1, "unseen": 0}
    assert cli.main(["migrate", str(source), "--output", str(target)]) == 2


def test_the_whole_table_is_printed_and_says_what_was_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["migrate", "--annotations"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert set(annotations()) <= set(lines) and "was shown by a replayed request" in lines[-1]
    assert cli.main(["migrate", "--annotations", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["annotations"]) == len(annotations())


def test_hostile_values_reach_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = "\x1b]0;owned\x07<script>\u202e"
    objects = nginx(upstream_vhost=value, no_such=value, proxy_body_size="9" * 100_000, host=f"{value}.com")
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(objects))
    cli.main(["migrate", str(tmp_path)])
    said = "".join(capsys.readouterr())
    assert "\x1b" not in said and "\u202e" not in said and len(said) < 20_000


VALUES = st.one_of(
    st.text(max_size=20), st.sampled_from(["true", "$request_uri", "n/s", "/$1", "https://[", "~^(", "1"])
)
PATHS = st.one_of(st.text(max_size=10), st.sampled_from(["/", "/a(/|$)(.*)", "/(?!x)", "/[", "/a/", "//", "/.*"]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    said=st.dictionaries(st.sampled_from(sorted(annotations())), VALUES, max_size=6),
    path=PATHS,
    path_type=st.sampled_from(["Exact", "Prefix", "ImplementationSpecific"]),
)
def test_whatever_is_said_each_annotation_gets_a_verdict(said: dict[str, str], path: str, path_type: str) -> None:
    one = nginx(path, path_type, **{name.replace("-", "_"): value for name, value in said.items()})
    found = migration(reading.taken(Input("test"), [(one, "test")]))
    for candidate in CANDIDATES:
        (plan,) = found.plans[candidate]
        assert set(plan.uses) == set(said)
        assert plan.refused or plan.objects or plan.found.is_canary
        lost = [use for use in plan.uses.values() if use.verdict == "absent" and use.loses != "detail"]
        assert not (lost and plan.objects)
        list(yaml.safe_load_all(writing.as_yaml(plan.objects)))
    "\n".join(shown.ingresses(found, CANDIDATES))


@pytest.mark.long
def test_a_thousand_ingresses_take_seconds(tmp_path: Path) -> None:
    texts = [yaml.safe_dump(nginx(f"/p{n}", name=f"i{n}", rewrite_target="/", limit_rps="5")) for n in range(1000)]
    (tmp_path / "all.yaml").write_text("---\n".join(texts))
    begin = time.process_time()
    found = migration(reading.read(tmp_path))
    assert sum(len(found.objects(candidate)) for candidate in CANDIDATES) == 3001
    assert time.process_time() - begin < 20


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(BadManifest, match="no file or folder"):
        reading.read("no/such/folder")
