"""Each path of each Ingress as one claim on URLs: what `kubectl describe ingress` shows as one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingress_lab.ingress.rules import Rule, rules_of


@dataclass(frozen=True)
class Claim:
    """A rule's path, or a default backend, and where in its Ingress it stands."""

    rule: Rule
    ingress: dict = field(repr=False, compare=False)
    number: int  # of the rule, from 0; -1: the default backend
    path_number: int
    backend: dict = field(repr=False, compare=False)

    @property
    def namespace(self) -> str:
        return self.rule.namespace

    @property
    def annotations(self) -> dict[str, str]:
        return self.ingress["metadata"].get("annotations") or {}

    @property
    def written_path(self) -> str:
        """The path as it stands in the manifest; "" where none does."""
        return "" if self.number < 0 else self._path.get("path") or ""

    @property
    def field(self) -> str:
        """The claim's place in the manifest."""
        if self.number < 0:
            return "spec.defaultBackend"
        return f"spec.rules[{self.number}].http.paths[{self.path_number}].backend"

    @property
    def pointer(self) -> str:
        """The same place as a JSON pointer, for `kubectl patch --type=json`."""
        return "/" + self.field.replace(".", "/").replace("[", "/").replace("]", "")

    @property
    def service(self) -> str:
        return self.rule.service

    @property
    def port(self) -> tuple[int | None, str | None]:
        """(number, name), of which one is None."""
        port = (self.backend.get("service") or {}).get("port") or {}
        return port.get("number"), port.get("name")

    @property
    def _path(self) -> dict:
        return self.ingress["spec"]["rules"][self.number]["http"]["paths"][self.path_number]


def claims_of(ingresses: Iterable[dict]) -> list[Claim]:
    """All claims, in the order in which they are written."""
    return [claim for ingress in ingresses for claim in _claims(ingress)]


def _claims(ingress: dict) -> Iterator[Claim]:
    spec = ingress.get("spec") or {}
    places = [
        (number, path_number, path.get("backend") or {})
        for number, rule in enumerate(spec.get("rules") or [])
        for path_number, path in enumerate((rule.get("http") or {}).get("paths") or [])
    ]
    if spec.get("defaultBackend"):
        places.append((-1, -1, spec["defaultBackend"]))
    for rule, (number, path_number, backend) in zip(rules_of([ingress]), places, strict=True):
        yield Claim(rule, ingress, number, path_number, backend)
