"""A Pod's volumes as folders: configMap, secret, downwardAPI, projected (with service account token), emptyDir, and
hostPath where this machine has it.

Everything else is refused by name. A volume made from objects follows their changes at once (a kubelet
takes up to a minute).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from loopkube.node import atomic_folder, host_path
from loopkube.node.atomic_folder import Payload
from loopkube.node.environment import ConfigError, Facts, Lookup, data_of, field, labels_text, resource
from loopkube.node.expansion import expand

TokenFor = Callable[[dict, dict], Awaitable[str]]
"""(Pod, serviceAccountToken source) -> token."""
DEFAULT_MODE = 0o644


class MountError(Exception):
    """A volume that cannot be made; `volume` is its name, the message is the kubelet's."""

    def __init__(self, volume: str, message: str) -> None:
        super().__init__(message)
        self.volume = volume


class Volumes:
    """The volumes of one Pod below `folder`."""

    def __init__(self, pod: dict, folder: Path, lookup: Lookup, facts: Facts, token_for: TokenFor) -> None:
        self.pod, self._folder, self._lookup, self._facts, self._token_for = pod, folder, lookup, facts, token_for
        self._volumes = {v["name"]: v for v in pod["spec"].get("volumes") or []}

    def folder_of(self, name: str) -> Path:
        """Where a volume is on this machine; a hostPath is where it says."""
        source = self._volumes.get(name, {}).get("hostPath")
        return Path(source["path"]) if source else self._folder / name

    async def prepare(self) -> None:
        """Make or renew all of them. Raises MountError for the first that cannot be made."""
        for name, volume in self._volumes.items():
            try:
                await self._prepare(name, volume)
            except (ConfigError, ValueError, OSError) as error:
                raise MountError(name, str(error)) from error

    def uses(self, kind: str, name: str) -> bool:
        """Whether some volume is made from this ConfigMap or Secret."""
        return (kind, name) in {used for v in self._volumes.values() for used in _objects(v)}

    def mounts(self, container: dict, env: dict[str, str]) -> dict[str, str]:
        """{mountPath: folder or file on this machine} of a container. Raises ConfigError."""
        targets = {}
        for mount in container.get("volumeMounts") or []:
            target = self.folder_of(mount["name"])
            inside = expand(mount["subPathExpr"], env) if mount.get("subPathExpr") else mount.get("subPath", "")
            if inside:
                if ".." in Path(inside).parts or inside.startswith("/"):
                    raise ConfigError(
                        f"failed to prepare subPath for volumeMount {mount['name']!r}: {inside!r} leaves the volume"
                    )
                target /= inside
                if "emptyDir" in self._volumes.get(mount["name"], {}):
                    target.mkdir(parents=True, exist_ok=True)
            targets[mount["mountPath"]] = str(target)
        return targets

    def read_only(self, container: dict) -> set[str]:
        """The mount paths of a container that cannot be written: asked for, or made from objects, as on a kubelet."""
        return {
            mount["mountPath"]
            for mount in container.get("volumeMounts") or []
            if mount.get("readOnly") or not {"emptyDir", "hostPath"} & self._volumes.get(mount["name"], {}).keys()
        }

    async def _prepare(self, name: str, volume: dict) -> None:
        folder = self.folder_of(name)
        if "hostPath" in volume:
            host_path.check(volume["hostPath"])
            return
        if "emptyDir" in volume:
            folder.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(PermissionError):
                folder.chmod(0o777)
            return
        # Beside the loop: a container may have filled the folder with more than can be looked through at once.
        await asyncio.to_thread(atomic_folder.write, folder, await self._payload(volume))

    async def _payload(self, volume: dict) -> Payload:
        for word in ("configMap", "secret", "downwardAPI"):
            if word in volume:
                return await self._source(word, volume[word], volume[word].get("defaultMode", DEFAULT_MODE))
        if "projected" in volume:
            mode = volume["projected"].get("defaultMode", DEFAULT_MODE)
            payload: Payload = {}
            for source in volume["projected"].get("sources") or []:
                for word, body in source.items():
                    payload |= await self._source(word, body, mode)
            return payload
        kinds = [word for word in volume if word != "name"]
        raise ConfigError(f"this cluster has no volumes of kind {', '.join(kinds)}")

    async def _source(self, word: str, body: dict, mode: int) -> Payload:
        if word == "downwardAPI":
            return {item["path"]: (self._downward(item), item.get("mode", mode)) for item in body.get("items") or []}
        if word == "serviceAccountToken":
            token = await self._token_for(self.pod, body)
            return {body["path"]: (token.encode(), 0o600 if mode == DEFAULT_MODE else mode)}
        if word not in ("configMap", "secret"):
            raise ConfigError(f"this cluster has no projected volumes from {word}")
        kind = f"{word.lower()}s"
        name = body.get("secretName") or body.get("name", "")
        obj = self._lookup(kind, self.pod["metadata"]["namespace"], name)
        if obj is None:
            if body.get("optional"):
                return {}
            raise ConfigError(f'{word.lower()} "{name}" not found')
        return _keys(word, data_of(kind, obj), body, mode)

    def _downward(self, item: dict) -> bytes:
        if "resourceFieldRef" in item:
            return resource(self.pod, {}, item["resourceFieldRef"], self._facts).encode()
        path = item["fieldRef"]["fieldPath"]
        if path in ("metadata.labels", "metadata.annotations"):
            return labels_text(self.pod["metadata"].get(path.partition(".")[2]) or {}).encode()
        return field(self.pod, path, self._facts).encode()


def _keys(word: str, data: dict[str, bytes], body: dict, mode: int) -> Payload:
    """The chosen keys (`items`), or all."""
    items = body.get("items")
    if not items:
        return {key: (value, mode) for key, value in data.items()}
    payload = {}
    for item in items:
        if item["key"] in data:
            payload[item["path"]] = (data[item["key"]], item.get("mode", mode))
        elif not body.get("optional"):
            what = (
                "configmap references non-existent config" if word == "configMap" else "references non-existent secret"
            )
            raise ConfigError(f"{what} key: {item['key']}")
    return payload


def _objects(volume: dict) -> list[tuple[str, str]]:
    """(`configmaps` or `secrets`, name) of each object that a volume is made from."""
    sources = [volume, *((volume.get("projected") or {}).get("sources") or [])]
    objects = [("configmaps", s["configMap"].get("name", "")) for s in sources if s.get("configMap")]
    return objects + [
        ("secrets", s["secret"].get("secretName") or s["secret"].get("name", "")) for s in sources if s.get("secret")
    ]
