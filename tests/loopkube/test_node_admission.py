"""Pods that a node refuses, and how soon."""

from types import SimpleNamespace

from held_clock import HeldClock, settle
from loopkube.node.admission import Admission


class Refused:
    """Stands for what a node gives its parts; `names` are the Pods that have been told of."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.clock = HeldClock()
        self.client = SimpleNamespace(patch=self._patch)
        self.admission = Admission(self)  # type: ignore[arg-type]

    def note(self, pod: dict, type: str, reason: str, message: str) -> None:
        assert (type, reason) == ("Warning", "SysctlForbidden")

    async def _patch(self, resource: str, name: str, body: dict, namespace: str, subresource: str) -> None:
        assert body["status"]["phase"] == "Failed"
        self.names.append(name)

    def come(self, name: str, owner: str = "") -> bool:
        metadata: dict = {"name": name, "namespace": "default", "uid": name}
        if owner:
            metadata["ownerReferences"] = [{"uid": owner, "controller": True}]
        context = {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}
        return self.admission.refuses({"metadata": metadata, "spec": {"securityContext": context}})


async def test_a_controller_s_next_pods_are_refused_later_and_later() -> None:
    found = Refused()
    assert found.come("a", "web") and found.come("b", "web")
    await settle()
    assert found.names == ["a", "b"]
    found.come("c", "web")
    await found.clock.advance(9)
    found.come("alone")
    await settle()
    assert found.names == ["a", "b", "alone"]
    await found.clock.advance(60)
    assert found.names == ["a", "b", "alone", "c"]


async def test_each_pod_is_refused_once_and_nobody_after_the_end() -> None:
    found = Refused()
    for _ in range(3):
        found.come("a", "web")
    await settle()
    assert found.names == ["a"]
    found.come("b", "web")
    found.admission.stop()
    await found.clock.advance(600)
    assert found.names == ["a"]
