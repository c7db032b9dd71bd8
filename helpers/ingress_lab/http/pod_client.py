"""Clients inside the cluster: requests from a Pod, whose own address a Service sees as its client.

A Service's address leads somewhere inside the cluster only; so the Pod sends the requests. It runs `client.py`
(manifests/app), and `kubectl exec red -- python client.py URL` does the same by hand.

Names are looked up in the API's objects, not in the cluster's DNS: a name without a dot is a Service, whose clusterIP
is meant, and one with a dot leads to the ingress controller, as for a client outside.
"""

import json
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from labcore.errors import BadArgument, LabError, TimedOut
from labcore.kube.patience import patient
from labcore.language.messages import Readable, phrase, stored

from ingress_lab.display import progress
from ingress_lab.http.answers import NOBODY, Answer, Answers
from ingress_lab.http.probe import application_words
from ingress_lab.http.route_wait import is_awaited
from ingress_lab.kube import endpoints
from ingress_lab.kube.controller import visible_pods
from ingress_lab.kube.exec import execute

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

_PAUSE = 0.05  # between two looks whether an address answers yet: nothing tells when a proxy follows
_LONGEST_PAUSE = 0.4  # each look starts a program in the Pod, so looks become rarer: a fifth of the time waited so far
_LAG = 1.0  # seconds in which a node learns who is behind a Service
_JAR = "/jar/cookies.txt"
_ENTRY = 80  # the node's port by which requests come to the controller


class ClientPod(Readable):
    """A client that is a Pod of the lab's namespace."""

    def __init__(self, lab: "Lab", pod: str) -> None:
        self._lab, self.pod = lab, pod

    def __repr__(self) -> str:
        return f"client in Pod {self.pod}"

    def __str__(self) -> str:
        return str(phrase("client in Pod {pod}", pod=self.pod))

    def probe(
        self,
        urls: str | Iterable[str],
        *,
        times: int = 1,
        keep_connection: bool = False,
        headers: dict[str, str] | None = None,
        method: str = "GET",
        body: str | None = None,
        to: str = "",
    ) -> Answers:
        """Send one request per URL (`times` over, in turn), all from this Pod's address.

        `to` is where to connect, if not where the URL's host leads: `service/web-svc`, `node/lab-worker` or
        `address:port`. The Host header is still the URL's.
        """
        targets = [urls] if isinstance(urls, str) else list(urls)
        options = ["--times", str(times), *(["--keep"] if keep_connection else [])]
        options += [word for name, value in (headers or {}).items() for word in ("--header", f"{name}: {value}")]
        options += ["--method", method] if method != "GET" else []
        options += ["--body", body] if body is not None else []
        answers = Answers()
        for address, some in _by_address(targets, lambda host, port: self._address(to or host, port)).items():
            answers += [_answer(self._lab, said) for said in self._asked(address, [*some, "--to", address, *options])]
        return answers

    def _asked(self, where: str, arguments: list[str]) -> list[dict]:
        """What came; a Service that refuses and has ready Pods is asked again: its node may not know them yet."""
        deadline = time.monotonic() + patient(_LAG)
        while True:
            said = self._run(arguments)
            refused = all("refused" in one.get("error", "") for one in said)
            if not refused or time.monotonic() > deadline or not _has_pods(self._lab, where):
                return said
            time.sleep(_PAUSE)

    def wait(self, url: str, *, to: str = "", status: int | None = None, timeout: float = 15) -> Answers:
        """Wait until an application answers (or whoever, with `status`): a new address is not known at once."""
        timeout, begin = patient(timeout), time.monotonic()
        with progress.line(phrase("waiting for {url}", url=url)) as line:
            while True:
                answers = self.probe(url, to=to)
                if is_awaited(answers[0], None, status):
                    return answers
                line.say(phrase("waiting for {url}: {outcome}", url=url, outcome=answers[0].outcome))
                waited = time.monotonic() - begin
                if waited > timeout:
                    raise TimedOut(
                        phrase(
                            "{url} did not answer {client} within {timeout:g} s: {outcome}",
                            url=url,
                            client=self.pod,
                            timeout=timeout,
                            outcome=answers[0].outcome,
                        )
                    )
                time.sleep(max(_PAUSE, min(waited / 5, _LONGEST_PAUSE)))

    def say(self, text: str, to: str) -> str:
        """Send a line of text over plain TCP; returns the line that comes back (or why none came)."""
        (said,) = self._run(["--text", text, "--to", address_of(self._lab, to)])
        return said["text"] or stored(said["error"])

    def _address(self, host: str, port: int) -> str:
        return address_of(self._lab, host, port)

    def _run(self, arguments: list[str]) -> list[dict]:
        self._lab.object("pod", self.pod)
        done = execute(self._lab.api, self._lab.namespace, self.pod, ["python", "client.py", *arguments])
        if done.code:
            last = (done.err or done.out).strip().splitlines()[-1:]
            raise LabError(
                phrase(
                    "client.py in Pod {pod} ended with {code}: {last}",
                    pod=self.pod,
                    code=done.code,
                    last=" ".join(last),
                )
            )
        return [json.loads(line) for line in done.out.split("\n") if line]


class EntryClient(ClientPod):
    """A Pod that sends to the lab's entry, as the clients outside do, and has a jar for cookies."""

    def __init__(self, lab: "Lab", pod: str, *, name: str, keep_connection: bool = False, cookies: bool = True) -> None:
        super().__init__(lab, pod)
        self.name, self.keep_connection, self.cookies = name, keep_connection, cookies

    def __repr__(self) -> str:
        return phrase("client {name} at {address}", name=self.name, address=self.address)

    @property
    def address(self) -> str:
        """Where its requests come from."""
        return self._lab.object("pod", self.pod)["status"]["podIP"]

    def probe(self, urls: str | Iterable[str], **settings: Any) -> Answers:
        """Send one request per URL (`times` over, in turn); a connection is kept for this call at most."""
        return super().probe(urls, **{"keep_connection": self.keep_connection} | settings)

    def close(self) -> None:
        """Nothing stays open between two calls; the Pod goes with its namespace."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _address(self, host: str, port: int) -> str:
        entry = self._lab.entry
        if _is_address(host):
            return address_of(self._lab, host, port)
        if _is_address(entry.address) and ip_address(entry.address).is_loopback:
            return _of_controller(self._lab)
        return f"{entry.address}:{entry.http_port}"

    def _run(self, arguments: list[str]) -> list[dict]:
        return super()._run([*arguments, *(["--jar", _JAR] if self.cookies else [])])


def address_of(lab: "Lab", target: str, port: int = 80) -> str:
    """`address:port` of `service/NAME` (or NAME.NAMESPACE), `node/NAME`, of a name in a URL, or of an address.

    A port may follow a `:`.
    """
    name, colon, written = target.rpartition(":")
    name, port = (name, int(written)) if colon and written.isdigit() else (target, port)
    if _is_address(name):
        return f"{name}:{port}"
    if name.startswith("node/"):
        addresses = lab.object(name)["status"]["addresses"]
        return f"{next(a['address'] for a in addresses if a['type'] == 'InternalIP')}:{port}"
    service, _, namespace = name.removeprefix("service/").partition(".")
    if namespace and name.startswith("service/"):
        return _of_service(lab.api.get(lab.api.resources().named("services"), namespace, service), port)
    if "." in name:
        return _of_controller(lab)
    return _of_service(lab.object("service", name.removeprefix("service/")), port)


def _by_address(urls: list[str], address_for: Callable[[str, int], str]) -> dict[str, list[str]]:
    """URLs by where they lead to; those of one address go in one run, in their order."""
    by_address: dict[str, list[str]] = {}
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise BadArgument(
                phrase('"{url}" is not a URL that client.py sends; write it as http://web-svc/path', url=url)
            )
        by_address.setdefault(address_for(parts.hostname, parts.port or 80), []).append(url)
    return by_address


def _has_pods(lab: "Lab", where: str) -> bool:
    """Is it the address of a Service of this namespace, with an endpoint that is ready?"""
    address = where.rpartition(":")[0]
    for service in lab.objects("services"):
        if address in (service["spec"].get("clusterIPs") or []):
            return any(endpoint.ready for endpoint in endpoints.read(lab, service["metadata"]["name"]))
    return False


def _of_service(service: dict, port: int) -> str:
    name, address = service["metadata"]["name"], service["spec"].get("clusterIP", "")
    if not _is_address(address):
        kind = phrase("a name elsewhere") if service["spec"]["type"] == "ExternalName" else "headless"
        raise BadArgument(
            phrase("Service {name} has no address of its own (it is {kind}): DNS answers for it", name=name, kind=kind)
        )
    return f"{address}:{port}"


def _of_controller(lab: "Lab") -> str:
    """The Pod behind the nodes' port 80: the ingress controller, as its clients inside the cluster reach it."""
    for pod in visible_pods(lab.api):
        for container in pod["spec"]["containers"]:
            for port in container.get("ports") or []:
                if port.get("hostPort") == _ENTRY and pod.get("status", {}).get("podIP"):
                    return f"{pod['status']['podIP']}:{port['containerPort']}"
    raise LabError(phrase("no ingress controller listens on port 80 of a node; kubectl get pods -A -l app=traefik"))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _answer(lab: "Lab", said: dict) -> Answer:
    """An answer as `lab.probe` would give it."""
    application = application_words(said.get("text", ""))
    return Answer(
        said["url"],
        said["status"],
        service=application.get("service", NOBODY),
        pod=lab.aliases.of(application["pod"]) if application.get("pod") else "",
        node=application.get("node", ""),
        path=application.get("path", ""),
        host=application.get("host", ""),
        visits=application.get("visits"),
        client=application.get("client", ""),
        headers=said.get("headers", {}),
        seen=application.get("headers", {}),
        layers=said.get("layers", {}),
        text=said.get("text", ""),
        milliseconds=said.get("milliseconds", 0.0),
        error=stored(said.get("error", "")),
    )
