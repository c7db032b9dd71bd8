"""Stable names for generated ones: `helloworld-1` for Pod `helloworld-7c9d8b6f5-x2x7k`.

Kubernetes writes random suffixes from an alphabet without vowels. An alias is the name without them and a number,
given in the order in which the objects are first seen and kept for as long as this process lives; lists are shown
to it oldest first. So the outputs of two runs read the same.
"""

import re

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_SUFFIX = re.compile(rf"^(?P<base>.+?)(?P<hash>-[{_ALPHABET}]{{6,10}})?-[{_ALPHABET}]{{5}}$")


class Aliases:
    """The aliases of one namespace, numbered by kind and base name."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, str], str] = {}
        self._count: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Number from 1 again."""
        self._by_name.clear()
        self._count.clear()

    def of(self, name: str, kind: str = "Pod") -> str:
        """The alias of a name; a name without a generated suffix is its own."""
        if (kind, name) in self._by_name:
            return self._by_name[kind, name]
        match = _SUFFIX.match(name)
        return self._give(kind, name, match["base"]) if match else name

    def of_object(self, obj: dict, kind: str) -> str:
        """The alias of an object: its metadata say whether its name was generated."""
        meta = obj["metadata"]
        name = meta["name"]
        template = meta.get("labels", {}).get("pod-template-hash", "")
        if (kind, name) in self._by_name:
            return self._by_name[kind, name]
        if meta.get("generateName"):
            return self._give(kind, name, meta["generateName"].rstrip("-").removesuffix(f"-{template}"))
        if template and name.endswith(f"-{template}"):
            return self._give(kind, name, name.removesuffix(f"-{template}"))
        return name

    def show(self, objects: list[dict], kind: str) -> None:
        """Number the objects of a list, oldest first."""
        for obj in sorted(objects, key=lambda o: (o["metadata"].get("creationTimestamp") or "", o["metadata"]["name"])):
            self.of_object(obj, kind)

    def name(self, alias: str, kind: str = "Pod") -> str:
        """The name behind an alias; what is not an alias is returned as it is."""
        return next((name for (k, name), given in self._by_name.items() if k == kind and given == alias), alias)

    def in_text(self, text: str) -> str:
        """A sentence with every known generated name replaced by its alias."""
        for (_, name), alias in sorted(self._by_name.items(), key=lambda item: -len(item[0][1])):
            text = text.replace(name, alias)
        return text

    def _give(self, kind: str, name: str, base: str) -> str:
        self._count[kind, base] = self._count.get((kind, base), 0) + 1
        self._by_name[kind, name] = f"{base}-{self._count[kind, base]}"
        return self._by_name[kind, name]
