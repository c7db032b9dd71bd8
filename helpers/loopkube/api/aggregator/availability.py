"""Whether the server of an APIService can be asked, in kube-aggregator's words (pkg/controllers/status/remote)."""

import asyncio
import json
import ssl
from typing import NamedTuple

import aiohttp
import orjson

from loopkube.api import go_errors
from loopkube.api.aggregator import registered
from loopkube.api.aggregator.front_proxy import FrontProxy
from loopkube.api.proxying import location
from loopkube.api.verbs import Api
from loopkube.shared.labels import service_of
from loopkube.shared.status import ApiError

LONGEST_CHECK = 5.0
"""Seconds for one look."""
LARGEST_DOCUMENT = 4 * 1024 * 1024
_SLICES = "endpointslices.discovery.k8s.io"
_WHO = {"X-Remote-User": "system:kube-aggregator", "X-Remote-Group": "system:masters"}
_TIMED_OUT = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


class NotDiscovered(Exception):
    """The server gave no answer, or another one."""


class Server(NamedTuple):
    """`name` is the one that its certificate must be for."""

    target: location.Location
    tls: ssl.SSLContext
    name: str


async def server_of(api: Api, proxy: FrontProxy, service: dict) -> Server:
    """One of the Service's endpoints. Raises ApiError where there is none, ValueError or ssl.SSLError for a caBundle
    that is none."""
    namespace, name, port = _asked(service)
    target = location.of_service(api, namespace, f"https:{name}:{port}")
    return Server(target, await proxy.context(service["spec"]), f"{name}.{namespace}.svc")


def group_version(service: dict) -> tuple[str, str]:
    """(group, version) that an APIService names."""
    return service["spec"].get("group", ""), service["spec"].get("version", "")


async def judged(api: Api, proxy: FrontProxy, service: dict) -> tuple[dict, dict | None]:
    """(the condition Available, what the server says it serves)."""
    lacks = _lack(api, *_asked(service))
    if lacks:
        return registered.condition(False, *lacks), None
    group, version = group_version(service)
    url = f"https://{':'.join(map(str, _shown(api, *_asked(service))))}/apis/{group}/{version}"
    try:
        server = await server_of(api, proxy, service)
        return registered.PASSED, await _discovered(server, url, _shown(api, *_asked(service)))
    except NotDiscovered as error:
        why = f"{error}"
    except ApiError as error:
        why = error.message
    except (ssl.SSLError, ValueError):
        why = go_errors.NO_ROOTS
    return registered.condition(False, "FailedDiscoveryCheck", f"failing or missing response from {url}: {why}"), None


async def _discovered(server: Server, url: str, shown: tuple[str, int]) -> dict:
    """The answer to what every such server has to answer; `shown` is the address that messages name."""
    address, port = server.target.dialled
    path = "/" + url.split("/", 3)[3]
    try:
        async with (
            # around the whole exchange: one silent server must not keep the look at all others from beginning
            asyncio.timeout(LONGEST_CHECK),
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
            session.get(
                f"https://{address}:{port}{path}",
                headers={"Accept": "application/json"} | _WHO,
                ssl=server.tls,
                server_hostname=server.name,
            ) as response,
        ):
            if not 200 <= response.status < 300:
                raise NotDiscovered(f"bad status from {url}: {response.status}")
            document = orjson.loads(await response.content.read(LARGEST_DOCUMENT))
            return document if isinstance(document, dict) else {}
    except TimeoutError:
        raise NotDiscovered(f"Get {json.dumps(url)}: {_TIMED_OUT}") from None
    except (aiohttp.ClientError, OSError) as error:
        raise NotDiscovered(f"Get {json.dumps(url)}: {go_errors.of_client(error, shown, server.name)}") from None
    except orjson.JSONDecodeError:
        return {}


def _lack(api: Api, namespace: str, name: str, port: int) -> tuple[str, str] | None:
    """(reason, message) where it need not be asked."""
    what = f'service/{name} in "{namespace}"'
    stored = api.store.get("services", namespace, name)
    if stored is None:
        return "ServiceNotFound", f"{what} is not present"
    spec = stored.obj["spec"]
    if spec.get("type", "ClusterIP") != "ClusterIP":
        return None
    named = next((each.get("name", "") for each in spec.get("ports") or () if each["port"] == port), None)
    if named is None:
        return "ServicePortError", f"{what} is not listening on port {port}"
    slices = [s.obj for s in api.store.list(_SLICES, namespace) if service_of(s.obj) == (namespace, name)]
    if not slices:
        return "EndpointsNotFound", f"cannot find endpointslices for {what}"
    if not any(_is_ready(each, named) for each in slices):
        return "MissingEndpoints", f'endpointslices for {what} have no addresses with port name "{named}"'
    return None


def _is_ready(endpoint_slice: dict, port_name: str) -> bool:
    ready = ((e.get("conditions") or {}).get("ready") is not False for e in endpoint_slice.get("endpoints") or ())
    ports = (p.get("name", "") for p in endpoint_slice.get("ports") or () if p.get("port"))
    return any(ready) and port_name in ports


def _asked(service: dict) -> tuple[str, str, int]:
    asked = service["spec"]["service"]
    return asked.get("namespace", ""), asked.get("name", ""), asked.get("port") or registered.HTTPS


def _shown(api: Api, namespace: str, name: str, port: int) -> tuple[str, int]:
    """The Service's own address, which kube-aggregator dials."""
    stored = api.store.get("services", namespace, name)
    spec = stored.obj["spec"] if stored else {}
    return spec.get("externalName" if spec.get("type") == "ExternalName" else "clusterIP", ""), port
