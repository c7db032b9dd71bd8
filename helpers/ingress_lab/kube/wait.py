"""Wait for conditions of objects by watching them, with a deadline."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from labcore.errors import Refused, TimedOut, unknown
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.kube.patience import patient
from labcore.language.messages import joined, phrase

from ingress_lab.display import progress
from ingress_lab.kube.conditions import Condition

Clock = Callable[[], float]


@dataclass
class Wait:
    """One wait: which objects (`name`, or all of the kind), for what, until when."""

    api: Api
    resource: Resource
    namespace: str
    name: str
    condition: Condition
    timeout: float
    clock: Clock = time.monotonic
    shown: Callable[[dict], str] = lambda obj: obj["metadata"]["name"]
    """An object's name for the reader: its alias, where it has one."""
    objects: dict[str, dict] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What is waited for, as kubectl names it: `deployment/web`, or all of a kind."""
        return f"{self.resource.title}/{self.name}" if self.name else self.resource.plural

    def run(self) -> list[dict]:
        """The objects, once the condition is true of each; raises TimedOut or UnknownName."""
        self.timeout = patient(self.timeout)
        deadline = self.clock() + self.timeout
        with progress.line(phrase("waiting for {title}", title=self.title)) as line:
            for missing in self._looks(deadline):
                if not missing:
                    return list(self.objects.values())
                line.say(phrase("waiting for {title}: {missing}", title=self.title, missing=missing))
        raise TimedOut(self._report())

    def missing(self) -> str:
        """What is still missing, in words."""
        if self.condition.gone:
            return phrase("{number} still there", number=len(self.objects)) if self.objects else ""
        if not self.objects:
            return phrase("none there yet")
        missing = ((name, self.condition.missing(obj)) for name, obj in sorted(self.objects.items()))
        return next((reason if self.name else f"{name}: {reason}" for name, reason in missing if reason), "")

    def _looks(self, deadline: float) -> Iterator[str]:
        """What is missing, after the first list and after every change, until the deadline."""
        while True:
            version = self._list()
            yield self.missing()
            for event in self._changes(version, deadline):
                self._take(event)
                yield self.missing()
            if self.clock() >= deadline:
                return

    def _list(self) -> str:
        fields = f"metadata.name={self.name}" if self.name else ""
        listed = self.api.list(self.resource, self.namespace, fields=fields)
        self.objects = {obj["metadata"]["name"]: obj for obj in listed["items"]}
        if self.name and not self.objects and not self.condition.gone:
            raise self._unknown()
        return listed["metadata"]["resourceVersion"]

    def _changes(self, version: str, deadline: float) -> Iterator[dict]:
        """Watch events until the deadline; ends early when the watch does (the caller lists again)."""
        seconds = deadline - self.clock()
        if seconds <= 0:
            return
        fields = f"metadata.name={self.name}" if self.name else ""
        try:
            for event in self.api.watch(self.resource, self.namespace, since=version, seconds=seconds, fields=fields):
                if event["type"] == "ERROR":  # 410 Gone: this version is too old
                    return
                yield event
        except Refused as error:
            if error.code != 410:
                raise

    def _take(self, event: dict) -> None:
        name = event["object"]["metadata"].get("name", "")
        if event["type"] == "DELETED":
            self.objects.pop(name, None)
        elif event["type"] in ("ADDED", "MODIFIED"):
            self.objects[name] = event["object"]

    def _unknown(self) -> Exception:
        listed = self.api.list(self.resource, self.namespace)["items"]
        there = [self.shown(obj) for obj in sorted(listed, key=_oldest_first)]
        where = (
            phrase('namespace "{namespace}"', namespace=self.namespace)
            if self.resource.namespaced
            else phrase("this cluster")
        )
        return unknown(self.resource.kind, self.name, there, place=where)

    def _report(self) -> str:
        lines = [
            phrase(
                "{title} did not become {name} within {timeout:g} s: {missing}",
                title=self.title,
                name=self.condition.name,
                timeout=self.timeout,
                missing=self.missing(),
            )
        ]
        for name, obj in sorted(self.objects.items()):
            if self.condition.gone or self.condition.missing(obj):
                lines += [f"{self.resource.kind} {name}", *_conditions(obj), *self._events(name)]
        where = f"-n {self.namespace} " if self.namespace else ""
        lines.append(phrase("Look closer: kubectl {where}describe {title}", where=where, title=self.title))
        return joined("\n", lines)

    def _events(self, name: str) -> list[str]:
        """The last events of an object and of the Pods it owns, as lines."""
        if not self.namespace:
            return []
        events = self.api.list(self.api.resources().named("events"), self.namespace)["items"]
        own = [e for e in events if f"{e['involvedObject'].get('name', '')}-".startswith(f"{name}-")]
        own.sort(key=lambda e: e.get("lastTimestamp") or e.get("eventTime") or "")
        return [
            f"  {e['type']} {e['reason']} {e['involvedObject']['kind']} {e['involvedObject']['name']}: {e['message']}"
            for e in own[-5:]
        ]


def _oldest_first(obj: dict) -> tuple[str, str]:
    return obj["metadata"].get("creationTimestamp") or "", obj["metadata"]["name"]


def _conditions(obj: dict) -> list[str]:
    conditions = obj.get("status", {}).get("conditions") or []
    return [
        f"  {c['type']}={c['status']}" + (f" ({c['reason']}: {c.get('message', '')})" if c.get("reason") else "")
        for c in conditions
    ]
