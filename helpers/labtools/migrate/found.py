"""What was found: Ingresses for ingress-nginx, the objects beside them, and what was left where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from labtools.migrate.table import PREFIX

CLASS_ANNOTATION = "kubernetes.io/ingress.class"


@dataclass(frozen=True)
class Found:
    """One Ingress in version networking.k8s.io/v1, and where it stood."""

    obj: dict
    where: str
    home: str = "default"
    """The namespace that it is applied to."""

    @property
    def meta(self) -> dict:
        return self.obj["metadata"]

    @property
    def spec(self) -> dict:
        return self.obj.get("spec") or {}

    @property
    def name(self) -> str:
        return str(self.meta["name"])

    @property
    def namespace(self) -> str:
        """Empty where the manifest names none."""
        return str(self.meta.get("namespace") or "")

    @property
    def title(self) -> str:
        """Its name, with its namespace where the manifest names one."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @cached_property
    def notes(self) -> Mapping[str, str]:
        """All annotations, as text."""
        return {str(k): _text(v) for k, v in (self.meta.get("annotations") or {}).items()}

    @cached_property
    def said(self) -> Mapping[str, str]:
        """ingress-nginx' annotations, without their prefix."""
        return {k.removeprefix(PREFIX): v for k, v in self.notes.items() if k.startswith(PREFIX)}

    def on(self, name: str, default: bool = False) -> bool:
        """Is a switch on?"""
        return self.said[name].strip().lower() == "true" if name in self.said else default

    @property
    def is_canary(self) -> bool:
        return self.on("canary")

    @property
    def rules(self) -> Sequence[dict]:
        return self.spec.get("rules") or []

    @cached_property
    def paths(self) -> Sequence[tuple[str, dict]]:
        """Each path with its host ("" for all hosts)."""
        return [
            (str(rule.get("host") or ""), path)
            for rule in self.rules
            for path in (rule.get("http") or {}).get("paths") or []
        ]

    @property
    def class_name(self) -> str:
        """As the spec or the old annotation names it."""
        return str(self.spec.get("ingressClassName") or self.notes.get(CLASS_ANNOTATION, ""))


@dataclass(frozen=True)
class Left:
    """A file or an Ingress that was left where it is, and why; `bad` where it stands in the way of all others."""

    where: str
    why: str
    bad: bool = False


@dataclass
class Input:
    """Everything that was read from one place."""

    source: str
    ingresses: list[Found] = field(default_factory=list)
    others: list[dict] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    namespace: str = "default"

    @property
    def bad(self) -> list[Left]:
        """What has to be put right before anything is written."""
        return [one for one in self.left if one.bad]

    def named(self, kind: str, name: str, namespace: str) -> dict | None:
        """An object beside the Ingresses."""
        for obj in self.others:
            meta = obj.get("metadata") or {}
            place = meta.get("namespace") or self.namespace
            if (obj.get("kind"), meta.get("name"), place) == (kind, name, namespace or self.namespace):
                return obj
        return None


def _text(value: object) -> str:
    """As kubectl would refuse or keep it; a bare `true` is meant as the text."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
