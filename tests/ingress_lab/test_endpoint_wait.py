"""EndpointSlices follow Pods: what must be the same, and how long is waited for it."""

from collections.abc import Iterator

import pytest
from cluster_objects import endpoint_slice, pod, service
from ingress_lab.kube.endpoint_wait import is_followed, wait_followed


def there(name: str, **more: object) -> dict:
    made = pod(name, "web", **more)
    made["status"]["podIP"] = "10.0.0.1"
    return made


WEB = service("web")
ENDING = there("web-1")
ENDING["metadata"] = ENDING["metadata"] | {"deletionTimestamp": "2026-01-01T00:00:00Z"}
DONE = there("web-1", status={"phase": "Succeeded"})
NOT_READY_TOO = service("web")
NOT_READY_TOO["spec"]["publishNotReadyAddresses"] = True

CASES = [
    ([WEB], [there("web-1")], [endpoint_slice("web", "web-1")], True),
    ([WEB], [there("web-1")], [], False),
    ([WEB], [there("web-1")], [endpoint_slice("web", "web-1", ready=False)], False),
    ([WEB], [there("web-1", ready=False)], [endpoint_slice("web", "web-1", ready=False)], True),
    ([WEB], [there("web-1"), there("web-2")], [endpoint_slice("web", "web-1"), endpoint_slice("web", "web-2")], True),
    ([WEB], [there("web-2")], [endpoint_slice("web", "web-1", "web-2")], False),
    ([WEB], [ENDING], [endpoint_slice("web", "web-1")], False),
    ([WEB], [DONE], [], True),
    ([WEB], [pod("web-1", "web")], [], True),
    ([NOT_READY_TOO], [there("web-1", ready=False)], [endpoint_slice("web", "web-1")], True),
    ([service("far", selector={})], [there("web-1")], [endpoint_slice("far", "x")], True),
    ([], [there("web-1")], [], True),
]


@pytest.mark.parametrize(("services", "pods", "slices", "followed"), CASES)
def test_the_slices_say_what_the_pods_say(services: list, pods: list, slices: list, followed: bool) -> None:
    assert is_followed(services, pods, slices) is followed


class Late:
    """An API whose slices come with the second look."""

    def __init__(self, never: bool = False) -> None:
        self.looks, self.never = 0, never

    def resources(self) -> "Late":
        return self

    def named(self, name: str) -> str:
        return name

    def list(self, resource: str, namespace: str) -> dict:
        late = {"endpointslices": [endpoint_slice("web", "web-1")] if self.looks and not self.never else []}
        items = {"services": [WEB], "pods": [there("web-1")], **late}[resource]
        return {"items": items, "metadata": {"resourceVersion": "1"}}

    def watch(self, resource: str, namespace: str, **how: object) -> Iterator[dict]:
        self.looks += 1
        yield {"type": "ADDED"}


def test_a_change_of_a_slice_ends_the_wait() -> None:
    late = Late()
    assert wait_followed(late, "n") and late.looks == 1  # type: ignore[arg-type]


def test_the_wait_has_an_end() -> None:
    assert not wait_followed(Late(never=True), "n", timeout=0.05)  # type: ignore[arg-type]
