"""`lab upgrade` and the files as people have them: JSON, comments, line ends, encodings, templates, links, limits."""

import codecs
import json
import os
import time
from pathlib import Path

import pytest
import yaml
from cluster_objects import ingress
from ingress_lab import manifests
from labcore.errors import BadManifest
from labcore.language.untrusted import visible
from labcore.yaml.documents import load
from labtools import cli

OLD = """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: web  # 웹
  annotations:
    kubernetes.io/ingress.class: traefik
spec:
  backend:
    serviceName: web
    servicePort: 80
"""
BAD = "a: b: c\n"


def only(found: manifests.Upgrade) -> dict:
    (obj,) = found
    return obj


def written(path: Path, data: bytes | str, *options: str) -> bytes:
    """What `lab upgrade --write` makes of a file."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    assert cli.main(["upgrade", str(path), "--write", *options]) == 0
    return path.read_bytes()


@pytest.mark.parametrize("indent", [2, 4, "\t", None])
@pytest.mark.parametrize("options", [(), ("--old-lines",)])
def test_json_stays_json_in_its_layout(tmp_path: Path, indent: int | str | None, options: tuple[str, ...]) -> None:
    obj = yaml.safe_load(OLD) | {"x": 1.10, "y": ["é", True, None]}
    text = json.dumps(obj, indent=indent, ensure_ascii=False) + "\n"
    made = written(tmp_path / "i.json", text, *options).decode()
    assert json.loads(made) == only(manifests.upgrade(OLD)) | {"x": 1.10, "y": ["é", True, None]}
    assert json.dumps(json.loads(made), indent=indent, ensure_ascii=False) + "\n" == made
    assert load(tmp_path / "i.json")[0].obj["kind"] == "Ingress"


def test_several_json_objects_and_compact_ones(tmp_path: Path) -> None:
    text = json.dumps(yaml.safe_load(OLD), separators=(",", ":"))
    made = written(tmp_path / "i.json", f'{text}\n{{"apiVersion":"v1","kind":"Secret"}}\n{text}').decode()
    assert '"kind":"Ingress"' in made and made.count("\n") == 2 and '\n{"apiVersion":"v1","kind":"Secret"}\n' in made
    assert [d.api_version for d in load(tmp_path / "i.json")] == ["networking.k8s.io/v1", "v1", "networking.k8s.io/v1"]


COMMENTED = """\
# top
metadata:
  # about the name
  name: web
  # about the annotations
  annotations:
    # the class, which goes
    kubernetes.io/ingress.class: traefik  # beside it
    # the next one's

    # and this, too
    other: x
    # the timeout's
    timeout: "1"
# the spec's
spec:
  # the backend's
  backend:
    # the Service's
    serviceName: web
    # the port's
    servicePort: 80
  # the end's
# the last
apiVersion: extensions/v1beta1
kind: Ingress
"""


def test_each_comment_stays_with_its_line() -> None:
    lines = [line.strip() for line in manifests.upgrade(COMMENTED).text.splitlines()]
    for comment, below in {
        "# top": "metadata:",
        "# about the name": "name: web",
        "# about the annotations": "annotations:",
        "# the class, which goes": "ingressClassName: traefik # beside it",
        "# and this, too": "other: x",
        "# the timeout's": 'timeout: "1"',
        "# the spec's": "spec:",
        "# the backend's": "defaultBackend:",
        "# the end's": "# the last",
        "# the last": "apiVersion: networking.k8s.io/v1",
    }.items():
        assert lines.count(comment) == 1, comment
        assert " ".join(lines[lines.index(comment) + 1].split()) == below, comment
    for comment in ("# the next one's", "# the Service's", "# the port's"):
        assert lines.count(comment) == 1, comment


@pytest.mark.parametrize(
    "annotations",
    [
        "    kubernetes.io/ingress.class: a\n    # the next one's\n    other: x\n",
        "    other: x\n    # the class's\n    kubernetes.io/ingress.class: a\n    # the next one's\n    z: x\n",
        "    other: x\n    kubernetes.io/ingress.class: a\n    # the next one's\n    z: x\n",
    ],
)
def test_the_comment_of_a_removed_annotation_goes_and_the_next_ones_stays(annotations: str) -> None:
    text = (
        f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\n{annotations}spec:\n"
    )
    made = manifests.upgrade(f"{text}  ingressClassName: a\n  rules: []\n").text
    assert made.count("# the next one's") == 1 and "ingress.class" not in made and "# the class's" not in made


def test_line_ends_stay(tmp_path: Path) -> None:
    plain = written(tmp_path / "a.yaml", OLD)
    assert written(tmp_path / "a.yaml", OLD.replace("\n", "\r\n")) == plain.replace(b"\n", b"\r\n")
    mixed = OLD.replace("\n", "\r\n", 3).replace("serviceName: web\n", "serviceName: web\r\n")
    made = written(tmp_path / "a.yaml", mixed)
    assert b"kind: Ingress\r\n" in made and b"\nspec:\n" in made
    assert written(tmp_path / "a.yaml", OLD.rstrip("\n")) == plain.rstrip(b"\n")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("cp949", b""),
    ],
)
def test_encodings_stay(tmp_path: Path, encoding: str, mark: bytes, capsys) -> None:
    plain = written(tmp_path / "a.yaml", OLD).decode()
    made = written(tmp_path / "a.yaml", mark + OLD.replace("\n", "\r\n").encode(encoding))
    assert made == mark + plain.replace("\n", "\r\n").encode(encoding) and "웹" in plain
    assert load(tmp_path / "a.yaml")[0].name == "web"
    assert ("kubectl expects UTF-8" in capsys.readouterr().out) == (encoding == "cp949")


def test_an_unknown_encoding_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"apiVersion: v1\nkind: A # \xff\xfe\xff\n")
    with pytest.raises(BadManifest, match="save it as UTF-8"):
        manifests.upgrade(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    "line",
    [
        "    serviceName: {{ .Values.service }}\n",
        "    serviceName: web\n{{- if .Values.x }}\n",
        "    serviceName: {{ service }}-{{ color }}\n",
        "    serviceName: web-{{ color }}\n",
        "    {% if a %}serviceName: web{% endif %}\n",
        "    serviceName: web\n    servicePort: '{{ port }}'\n",
        "    serviceName: web\n    servicePort: $(PORT)\n",
    ],
)
def test_a_template_is_left_and_said(tmp_path: Path, capsys, line: str) -> None:
    text = OLD.replace("    serviceName: web\n    servicePort: 80\n", line)
    (tmp_path / "t.yaml").write_text(text)
    (tmp_path / "u.yaml").write_text(OLD)
    assert cli.main(["upgrade", str(tmp_path), "--write"]) == 1
    said = capsys.readouterr().out
    assert "Left as it is: t.yaml: " in said and "Written: u.yaml" in said
    assert (tmp_path / "t.yaml").read_text() == text
    assert str(manifests.upgrade(text)).count("the text: ") == 1


@pytest.mark.parametrize("value", ["$(NAME)", "${NAME}", '"{{ .Values.name }}"', "$NAME"])
def test_a_name_that_is_filled_in_later_stays(value: str) -> None:
    found = manifests.upgrade(OLD.replace("serviceName: web", f"serviceName: {value}"))
    assert only(found)["spec"]["defaultBackend"]["service"]["name"] == value.strip('"') and not found.left


def test_braces_in_the_text_of_other_objects_are_no_template() -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  a: |\n    {{{{ x }}}}\n---\n{OLD}"
    assert manifests.upgrade(text).text.startswith(text.partition("---")[0]) and manifests.upgrade(text)


ANCHORS = """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: i}
spec:
  rules:
    - http:
        paths:
          - path: /a
            backend: &be {serviceName: web, servicePort: 80}
          - path: /b
            backend: SECOND
"""


def test_an_alias_is_kept_and_both_places_change() -> None:
    found = manifests.upgrade(ANCHORS.replace("SECOND", "*be"))
    backends = [path["backend"] for path in only(found)["spec"]["rules"][0]["http"]["paths"]]
    assert backends == [{"service": {"name": "web", "port": {"number": 80}}}] * 2 and "backend: *be" in found.text


@pytest.mark.parametrize("second", ["{<<: *be, servicePort: 8080}", "{<<: *be}", "{servicePort: 8080, <<: [*be]}"])
def test_a_merge_key_is_upgraded_rightly_or_left_with_a_sentence(second: str) -> None:
    text = ANCHORS.replace("SECOND", second)
    found = manifests.upgrade(text)
    assert found.text == text and "merge key" in found.left[0]


def test_of_a_key_given_twice_kubectl_takes_the_last(capsys) -> None:
    text = OLD.replace("  name: web", "  name: before\n  name: web")
    assert load(text)[0].name == "web"
    with pytest.raises(BadManifest, match="stands twice"):
        manifests.upgrade(text)
    current = "apiVersion: v1\nkind: Service\nmetadata: {name: a, name: b}\n"
    assert manifests.upgrade(current).text == current


def test_a_tab_after_a_colon_is_taken_and_stays() -> None:
    text = OLD.replace("kind: Ingress", "kind:\tIngress").replace("servicePort: 80", "servicePort:\t80\t# a\tb")
    found = manifests.upgrade(text)
    assert only(found)["spec"] == only(manifests.upgrade(OLD))["spec"]
    assert "kind:\tIngress\n" in found.text and "# a\tb" in found.text
    with pytest.raises(BadManifest):
        load("a:\n\tb: c\n")


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, capsys) -> None:
    files = {
        "bad.yaml": BAD,
        "binary.yaml": "\0\1\2",
        "tagged.yaml": "a: !!python/object:os.system {}\n",
        "deep.yaml": "a: " + "[" * 5000 + "]" * 5000,
        "deep.json": '{"apiVersion": ' + "[" * 50_000 + "]" * 50_000 + "}",
        "tsconfig.json": "{ // a comment\n}",
        "odd.yaml": "kind: Ingress\napiVersion: extensions/v1beta1\nmetadata: []\nspec: x\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "good.yaml").write_text(OLD)
    assert cli.main(["upgrade", str(tmp_path), "--write"]) == 1
    said = capsys.readouterr()
    assert "Written: good.yaml" in said.out and "Traceback" not in said.err
    for name in files.keys() - {"tsconfig.json", "odd.yaml"}:
        assert f"Left as it is: {name}: " in said.out, name
    for name, text in files.items():
        assert (tmp_path / name).read_text() == text or name == "odd.yaml"


def test_links_out_of_the_folder_and_devices_are_left(tmp_path: Path, capsys) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (outside / "more").mkdir(parents=True)
    inside.mkdir()
    for path in (outside / "a.yaml", outside / "more" / "b.yaml", inside / "c.yaml"):
        path.write_text(OLD)
    (inside / "a.yaml").symlink_to(outside / "a.yaml")
    (inside / "more").symlink_to(outside / "more")
    (inside / "same.yaml").symlink_to(inside / "c.yaml")
    os.mkfifo(inside / "pipe.yaml")
    (inside / "zero.yaml").symlink_to("/dev/zero")
    assert cli.main(["upgrade", str(inside), "--write"]) == 1
    said = capsys.readouterr().out
    for name in ("a.yaml", "more", "pipe.yaml", "zero.yaml"):
        assert f"Left as it is: {name}: " in said, name
    assert (outside / "a.yaml").read_text() == (outside / "more" / "b.yaml").read_text() == OLD
    assert "Written: c.yaml\n" in said and (inside / "same.yaml").is_symlink()


def test_a_link_or_a_pipe_that_is_named_itself(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.yaml").write_text(OLD)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert cli.main(["upgrade", str(tmp_path / "link.yaml"), "--write"]) == 1
    assert f"name the file that it leads to: {tmp_path / 'a.yaml'}" in capsys.readouterr().err
    assert (tmp_path / "a.yaml").read_text() == OLD
    for path in (tmp_path / "pipe.yaml", "/dev/zero"):
        assert cli.main(["upgrade", str(path)]) == 1
        assert "not a regular file" in capsys.readouterr().err


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(OLD)
    path.chmod(0o640)
    found = manifests.upgrade(path)
    path.write_text(OLD + "# another hand\n")
    assert [error for _, error in found.writes() if "changed meanwhile" in error]
    assert path.read_text() == OLD + "# another hand\n"
    assert manifests.upgrade(path).write() == [path]
    assert path.stat().st_mode & 0o777 == 0o640 and [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


BOMB = "b0: &b0 [x, x]\n" + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12))


OLD_ITEM = "- {apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: a}, spec: {}}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{OLD}{BOMB}", "excessive aliasing"),
        (f"{OLD}{BOMB.replace('[', '{<<: [').replace(']', ']}').replace('[x, x]', '[{a: b}]')}", "excessive aliasing"),
        (f"{OLD}x: {'[' * 5000}{']' * 5000}\n", "nested more than"),
        (f"{OLD}x:\n{''.join(' ' * n + 'a:' + chr(10) for n in range(1, 5000))}", "nested more than"),
        pytest.param(f"apiVersion: v1\nkind: List\nitems:\n{OLD_ITEM * 20_000}", "split it", marks=pytest.mark.long),
    ],
    ids=["aliases", "merges", "levels", "indented levels", "20,000 items"],
)
def test_limits(text: str, words: str) -> None:
    begin = time.perf_counter()
    try:
        said = " ".join(manifests.upgrade(text).left)
    except BadManifest as error:
        said = error.message
    assert words in said and time.perf_counter() - begin < 60


def test_hostile_names_are_shown_in_the_terminal(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.yaml").write_text(OLD.replace("name: web", 'name: "\\e]52;c;x\\a\\u202e"'))
    (tmp_path / "b\x1b[2J.yaml").write_text(BAD)
    cli.main(["upgrade", str(tmp_path)])
    said = capsys.readouterr()
    assert visible(said.out) == said.out and "\\x1b[2J.yaml" in said.out


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("discovery.k8s.io/v1beta1", "EndpointSlice"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"),
        ("settings.k8s.io/v1alpha1", "PodPreset"),
        ("events.k8s.io/v1beta1", "Event"),
        ("certificates.k8s.io/v1beta1", "CertificateSigningRequest"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    ],
)
def test_a_version_that_is_gone_is_named(version: str, kind: str) -> None:
    found = manifests.upgrade(f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n")
    assert found.notes and version in found.notes[0] and "nothing to upgrade" not in str(found)
    assert not manifests.upgrade(f"apiVersion: example.com/v1beta1\nkind: {kind}\nmetadata: {{name: a}}\n").notes


@pytest.mark.parametrize("key", ["traefik.ingress.kubernetes.io/rule-type", "traefik.frontend.rule.type"])
def test_words_of_traefik_1_are_named(key: str) -> None:
    head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
    text = f"{head}metadata: {{name: a, annotations: {{{key}: PathPrefixStrip}}}}\n"
    assert "Traefik 1" in manifests.upgrade(text).notes[0] and key in manifests.upgrade(text).notes[0]
    current = text.replace(key, "traefik.ingress.kubernetes.io/router.priority")
    assert not manifests.upgrade(current).notes


def test_annotations_that_an_httproute_does_not_take_are_named() -> None:
    found = ingress(
        ("a.com", "/", "Prefix", "web"), annotations={"nginx.org/rewrites": "x", "cert-manager.io/issuer": "y"}
    )
    left = manifests.httproutes([{"apiVersion": "networking.k8s.io/v1", **found}]).left
    assert [one.what for one in left] == ["nginx.org/rewrites", "cert-manager.io/issuer"]
