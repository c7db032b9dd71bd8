"""Requests to the Kubernetes API through the official client; answers are plain dictionaries.

`kubernetes.dynamic.DynamicClient` carries the requests (TLS, credentials, watches). Its discoverer is replaced
by `discovery`, which knows short names, needs two requests and keeps no cache file.
"""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from labcore.errors import NoCluster, Refused
from labcore.kube import bounded, discovery, unreachable
from labcore.kube import kubeconfig as kubeconfigs
from labcore.kube.discovery import Catalogue, Resource
from labcore.language.messages import phrase, verbatim

TIMEOUT = (5, 30)  # seconds to connect, to answer
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@contextlib.contextmanager
def _without(module: str) -> Iterator[None]:
    """Imports do without an optional module: the client would load its validator, which takes a second, for nothing."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop(module, None)  # another thread may have been as quick


class _NoDiscovery:
    """Stands in for DynamicClient's own discoverer."""

    def __init__(self, client: object, cache_file: str | None) -> None:
        self.version: dict = {}


class Api:
    """One cluster's API. Raises Refused for what Kubernetes refuses, NoCluster when nobody answers."""

    def __init__(self, client: Any, where: str = "") -> None:
        self._client, self._where = client, where
        self._catalogue: Catalogue | None = None
        self.absence: Callable[[], str] = lambda: ""
        """What is known of a cluster that does not answer, with the command to type; "" where nothing is."""

    @classmethod
    def connect(cls, kubeconfig: Path | None, context: str | None = None) -> "Api":
        """The API that a kubeconfig (or the user's own, if None) names."""
        with _without("kubernetes_validate"):
            from kubernetes import client, config
            from kubernetes.dynamic import DynamicClient

        settings = client.Configuration()
        try:
            file = (
                str(kubeconfig) if kubeconfig else kubeconfigs.users_own() or None
            )  # as it is now, not at import time
            config.load_kube_config(file, context, settings, persist_config=False)
        except config.ConfigException as error:
            what: str = str(kubeconfig) if kubeconfig else phrase("your kubeconfig")
            if context:
                what = phrase("{file}, context {name}", file=what, name=context)
            raise NoCluster(phrase("{what} cannot be used: {error}", what=what, error=error)) from error
        settings.retries = 0
        if kubeconfig:  # a cluster of the lab's own is on this machine: no proxy of the environment leads to it
            settings.proxy = None
        carrier: Any = client.ApiClient(settings)
        carrier.rest_client.pool_manager = bounded.Pool(carrier.rest_client.pool_manager, settings.host)
        return cls(DynamicClient(carrier, discoverer=_NoDiscovery), settings.host)

    @property
    def official(self) -> Any:
        """The `kubernetes.client.ApiClient` that carries the requests."""
        return self._client.client

    def authorization(self) -> dict[str, str]:
        """The header that says who asks, for a WebSocket; none where a certificate says it."""
        token = (self.official.configuration.auth_settings().get("BearerToken") or {}).get("value")
        return {"authorization": token} if token else {}

    def resources(self, *, fresh: bool = False) -> Catalogue:
        """What the cluster serves; asked once, and again when `fresh` (a CustomResourceDefinition came)."""
        if self._catalogue is None or fresh:
            headers = {"Accept": discovery.ACCEPT}
            groups = [self.request("get", path, headers=headers) for path in ("/api", "/apis")]
            try:
                self._catalogue = discovery.parse(*groups)
            except (AttributeError, KeyError, TypeError) as error:
                raise bounded.odd(self._where, phrase("its list of resources cannot be read")) from error
        return self._catalogue

    def find(self, api_version: str, kind: str) -> Resource | None:
        """The resource a manifest names; looks again before it says None."""
        return self.resources().of(api_version, kind) or self.resources(fresh=True).of(api_version, kind)

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        content_type: str | None = None,
    ) -> Any:
        """One request; returns the decoded JSON, an object, or the text of a log."""
        with self._translated():
            answer = self._client.request(
                method,
                path,
                body=body,
                query_params=list((query or {}).items()),
                header_params=dict(headers or {}),
                content_type=content_type,
                serialize=not path.endswith("/log"),
                serializer=lambda _, data: data,
                _request_timeout=TIMEOUT,
            )
            if path.endswith("/log"):  # a log of one line of JSON is a log, too
                return answer.data.decode()
        bounded.checked_fields(self._where, answer, path.rpartition("/")[2] if method == "post" else "")
        if answer.get("kind") == "Status" and answer.get("status") == "Failure":
            raise refused(int(answer["code"]) if isinstance(answer.get("code"), int) else 0, json.dumps(answer))
        return answer

    def get(self, resource: Resource, namespace: str = "", name: str = "") -> dict:
        """One object. Raises Refused (404: `reason` is NotFound) and NoCluster."""
        return bounded.checked_object(self._where, self.request("get", resource.path(namespace, name)), resource.plural)

    def list(self, resource: Resource, namespace: str = "", *, labels: str = "", fields: str = "") -> dict:
        """The whole list object: `items`, and `metadata.resourceVersion` to watch from."""
        query = {"labelSelector": labels, "fieldSelector": fields}
        answer = self.request("get", resource.path(namespace), query={k: v for k, v in query.items() if v})
        return bounded.checked_list(self._where, answer, resource.plural)

    def table(self, resource: Resource, namespace: str = "", *, name: str = "", labels: str = "") -> dict:
        """A meta.k8s.io/v1 Table: what kubectl prints, with the whole object in each row."""
        query = {"includeObject": "Object"} | ({"labelSelector": labels} if labels else {})
        answer = self.request("get", resource.path(namespace, name), query=query, headers={"Accept": TABLE})
        return bounded.checked_fields(self._where, answer, "tables")

    def watch(
        self, resource: Resource, namespace: str, *, since: str, seconds: float, fields: str = ""
    ) -> Iterator[dict]:
        """Watch events (`type`, `object`) after a resource version, for at most so many seconds."""
        from urllib3.exceptions import ReadTimeoutError

        query = {"watch": "true", "resourceVersion": since, "timeoutSeconds": str(max(1, round(seconds)))}
        query |= {"fieldSelector": fields} if fields else {}
        with self._translated():
            answer = self._client.request(
                "get",
                resource.path(namespace),
                query_params=list(query.items()),
                header_params={},
                serialize=False,
                _request_timeout=(5, seconds + 0.1),
            )
            try:
                yield from (self._event(line, resource.plural) for line in bounded.lines(answer, self._where))
            except ReadTimeoutError:
                return
            finally:
                answer.close()

    def _event(self, line: bytes, plural: str) -> dict:
        """One event of a watch: its type, and an object (a Status, where the watch ends in a failure)."""
        try:
            event = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise bounded.odd(self._where, phrase("its answer cannot be read")) from error
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise bounded.odd(self._where, phrase("an object is expected, and something else came"))
        bounded.checked_object(
            self._where, event.get("object"), "" if event["type"] in ("BOOKMARK", "ERROR") else plural
        )
        return event

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """The client library's errors as the lab's own."""
        from kubernetes.client.exceptions import ApiException
        from kubernetes.dynamic.exceptions import DynamicApiError
        from urllib3.exceptions import HTTPError

        try:
            yield
        except (ApiException, DynamicApiError) as error:
            raise refused(error.status or 0, error.body) from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise bounded.odd(self._where, phrase("its answer cannot be read")) from error
        except HTTPError as error:
            message = phrase(
                "nobody answers at {where}: {error}\nIs the cluster running? lab status",
                where=self._where,
                error=unreachable.reason(error),
            )
            raise NoCluster(self.absence() or message) from error


def refused(code: int, body: str | bytes | None) -> Refused:
    """Kubernetes' refusal, worded as kubectl words it: `Error from server (NotFound): ...`."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body or ""
    try:
        status = json.loads(text)
    except (ValueError, RecursionError):
        status = {}
    status = status if isinstance(status, dict) and status else {"message": text[:2000]}
    reason, message = status.get("reason", ""), status.get("message", "")
    sentence = verbatim(f"Error from server{f' ({reason})' if reason else ''}: {message}")
    return Refused(sentence, code=code, reason=reason, kubernetes=message)
