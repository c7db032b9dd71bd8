"""Volumes as folders."""

import base64
from pathlib import Path

import pytest
from loopkube.node import atomic_folder
from loopkube.node.environment import ConfigError, Facts
from loopkube.node.volumes import MountError, Volumes

FACTS = Facts("127.244.0.2", "127.18.0.2", {"cpu": "4"})


class Objects:
    def __init__(self) -> None:
        self.found = {
            ("configmaps", "settings"): {"data": {"colour": "green", "size": "9"}},
            ("secrets", "key"): {"data": {"password": base64.b64encode(b"geheim").decode()}},
        }

    def lookup(self, kind: str, namespace: str, name: str) -> dict | None:
        return self.found.get((kind, name))


HOST_PATHS = (("root", "/", "Directory"), ("file", "/etc/passwd", "FileOrCreate"), ("null", "/dev/null", "CharDevice"))


async def token_for(pod: dict, source: dict) -> str:
    return f"token for {source.get('audience', 'the API')}"


def volumes(place: Path, *entries: dict, objects: Objects | None = None) -> Volumes:
    metadata = {"name": "web", "namespace": "shop", "uid": "u1", "labels": {"a": "b"}}
    pod = {"metadata": metadata, "spec": {"volumes": list(entries), "containers": []}}
    return Volumes(pod, place, (objects or Objects()).lookup, FACTS, token_for)


async def test_every_kind_becomes_files(tmp_path: Path) -> None:
    found = volumes(
        tmp_path,
        {"name": "c", "configMap": {"name": "settings", "defaultMode": 0o600}},
        {
            "name": "s",
            "secret": {"secretName": "key", "items": [{"key": "password", "path": "deep/er", "mode": 0o400}]},
        },
        {"name": "d", "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        {"name": "e", "emptyDir": {}},
        {
            "name": "p",
            "projected": {
                "sources": [
                    {"serviceAccountToken": {"path": "token"}},
                    {"configMap": {"name": "settings", "items": [{"key": "size", "path": "size"}]}},
                ]
            },
        },
    )
    await found.prepare()
    assert (tmp_path / "c" / "colour").read_text() == "green"
    assert (tmp_path / "c" / "colour").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "s" / "deep" / "er").read_bytes() == b"geheim"
    assert (tmp_path / "s" / "deep" / "er").stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "d" / "labels").read_text() == 'a="b"'
    assert list((tmp_path / "e").iterdir()) == []
    assert (tmp_path / "p" / "token").read_text() == "token for the API"
    assert (tmp_path / "p" / "token").stat().st_mode & 0o077 == 0
    assert (tmp_path / "p" / "size").read_text() == "9"


async def test_a_change_replaces_all_files_at_once(tmp_path: Path) -> None:
    objects = Objects()
    found = volumes(tmp_path, {"name": "c", "configMap": {"name": "settings"}}, objects=objects)
    await found.prepare()
    folder = tmp_path / "c"
    before = (folder / "..data").readlink()
    await found.prepare()
    assert (folder / "..data").readlink() == before
    objects.found["configmaps", "settings"] = {"data": {"colour": "red"}}
    opened = (folder / "colour").open()
    await found.prepare()
    assert (folder / "colour").read_text() == "red"
    assert opened.read() == "green"
    assert not (folder / "size").exists()
    assert sorted(p.name for p in folder.iterdir() if not p.name.startswith("..")) == ["colour"]
    assert not (folder / before).exists()


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ({"configMap": {"name": "nowhere"}}, 'configmap "nowhere" not found'),
        ({"secret": {"secretName": "nowhere"}}, 'secret "nowhere" not found'),
        (
            {"configMap": {"name": "settings", "items": [{"key": "k", "path": "p"}]}},
            "configmap references non-existent config key: k",
        ),
        ({"nfs": {"server": "a", "path": "/"}}, "this cluster has no volumes of kind nfs"),
        ({"hostPath": {"path": "/no/such", "type": "File"}}, "^hostPath /no/such doesn't exist$"),
        (
            {"hostPath": {"path": "/no/such", "type": "DirectoryOrCreate"}},
            "doesn't exist, and this cluster makes nothing",
        ),
        ({"hostPath": {"path": "/no/such", "type": ""}}, "doesn't exist, and this cluster makes nothing"),
        ({"hostPath": {"path": "/etc/passwd", "type": "Directory"}}, "/etc/passwd is not a directory"),
        ({"configMap": {"name": "settings", "items": [{"key": "size", "path": "../../x"}]}}, "must stay inside"),
    ],
)
async def test_what_cannot_be_mounted_is_named(tmp_path: Path, volume: dict, message: str) -> None:
    with pytest.raises(MountError, match=message) as error:
        await volumes(tmp_path, {"name": "v"} | volume).prepare()
    assert error.value.volume == "v"


async def test_optional_sources_may_be_missing(tmp_path: Path) -> None:
    await volumes(tmp_path, {"name": "v", "configMap": {"name": "nowhere", "optional": True}}).prepare()
    assert [p.name for p in (tmp_path / "v").iterdir() if not p.name.startswith("..")] == []


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "..data/x", ""])
def test_no_file_leaves_its_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="must stay inside"):
        atomic_folder.write(tmp_path / "v", {path: (b"", 0o644)})
    assert not (tmp_path / "v").exists()


async def test_mounts_and_sub_paths(tmp_path: Path) -> None:
    found = volumes(tmp_path, {"name": "e", "emptyDir": {}}, {"name": "c", "configMap": {"name": "settings"}})
    await found.prepare()
    mounts = [
        {"name": "c", "mountPath": "/etc/colour", "subPath": "colour"},
        {"name": "e", "mountPath": "/logs", "subPathExpr": "of-$(POD)"},
    ]
    placed = found.mounts({"volumeMounts": mounts}, {"POD": "web"})
    assert Path(placed["/etc/colour"]).read_text() == "green"
    assert placed["/logs"] == str(tmp_path / "e" / "of-web") and Path(placed["/logs"]).is_dir()
    with pytest.raises(ConfigError, match="leaves the volume"):
        found.mounts({"volumeMounts": [{"name": "e", "mountPath": "/x", "subPath": "../c"}]}, {})


async def test_a_host_path_is_the_path_itself(tmp_path: Path) -> None:
    found = volumes(tmp_path, *({"name": n, "hostPath": {"path": p, "type": t}} for n, p, t in HOST_PATHS))
    await found.prepare()
    mounts = [{"name": name, "mountPath": f"/{name}"} for name, _, _ in HOST_PATHS]
    below = {"name": "root", "mountPath": "/below", "subPath": "etc"}
    placed = found.mounts({"volumeMounts": [*mounts, below]}, {})
    assert placed == {f"/{name}": path for name, path, _ in HOST_PATHS} | {"/below": "/etc"}
    assert not any(tmp_path.iterdir())


def test_which_objects_a_pod_uses(tmp_path: Path) -> None:
    sources = [{"configMap": {"name": "one"}}, {"secret": {"name": "two"}}]
    found = volumes(
        tmp_path, {"name": "p", "projected": {"sources": sources}}, {"name": "s", "secret": {"secretName": "x"}}
    )
    assert found.uses("configmaps", "one") and found.uses("secrets", "two") and found.uses("secrets", "x")
    assert not found.uses("secrets", "one")
