"""What every namespace has from the start: the ServiceAccount `default` and the certificate of the cluster's CA."""

from loopkube.client.client import Client
from loopkube.client.informer import Informer, Informers
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.loop import Controller
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

ROOT_CA = "kube-root-ca.crt"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class _PerNamespace(Controller):
    """Keeps one object of a fixed name in every namespace. Its keys are names of namespaces."""

    resource, name = "", ""

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._namespaces: Informer = self.follow("namespaces", self._namespace_changed)
        self._kept = self.follow(self.resource, self._object_changed)

    def _namespace_changed(self, type: str, obj: dict, old: dict | None) -> None:
        if type != "DELETED":
            self.queue.add(obj["metadata"]["name"])

    def _object_changed(self, type: str, obj: dict, old: dict | None) -> None:
        if obj["metadata"]["name"] == self.name:
            self.queue.add(obj["metadata"]["namespace"])

    def desired(self, namespace: str) -> dict:
        raise NotImplementedError

    async def reconcile(self, key: str) -> None:
        namespace = self._namespaces.get("", key)
        if namespace is None or namespace["metadata"].get("deletionTimestamp"):
            return
        current = self._kept.get(key, self.name)
        desired = self.desired(key)
        try:
            if current is None:
                await self.client.create(self.resource, desired, key)
            elif current.get("data") != desired.get("data"):
                await self.client.update(self.resource, current | {"data": desired["data"]})
        except ApiError as error:
            if error.reason != "AlreadyExists" and not namespace_ends(error):
                raise

    def _metadata(self, namespace: str) -> dict:
        return {"name": self.name, "namespace": namespace}


class ServiceAccountController(_PerNamespace):
    """Keeps the account `default` in each namespace (pkg/controller/serviceaccount)."""

    component = "service-account-controller"
    resource, name = "serviceaccounts", "default"

    def desired(self, namespace: str) -> dict:
        return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata(namespace)}


class RootCAController(_PerNamespace):
    """`ca` is the certificate as PEM."""

    component = "root-ca-certificate-publisher"
    resource, name = "configmaps", ROOT_CA

    def __init__(self, client: Client, informers: Informers, clock: Clock, ca: str) -> None:
        super().__init__(client, informers, clock)
        self._ca = ca

    def desired(self, namespace: str) -> dict:
        metadata = self._metadata(namespace) | {"annotations": {"kubernetes.io/description": DESCRIPTION}}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"ca.crt": self._ca}}
