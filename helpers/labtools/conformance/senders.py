"""How requests come to a controller: by the cluster's entry, or from a Pod to a Service or an address inside."""

import json
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from ingress_lab.http.answers import Answer, Answers
from ingress_lab.http.pod_client import address_of
from ingress_lab.http.probe import application_words
from ingress_lab.kube.exec import execute
from ingress_lab.lab import Lab
from labcore.language.messages import phrase

Send = Callable[[Sequence[str], str], Answers]
"""(URLs, method): an answer for each."""
REDIRECTS = (301, 302, 303, 307, 308)
HTTPS = """\
import http.client, json, socket, ssl, sys
address, host = sys.argv[1:]
where = address.rpartition(":")[0], int(address.rpartition(":")[2])
connection = http.client.HTTPConnection(host, timeout=5)
connection.sock = ssl._create_unverified_context().wrap_socket(socket.create_connection(where, 5), server_hostname=host)
connection.request("GET", "/", headers={"Host": host})
print(connection.getresponse().read().decode())
"""


def by_entry(lab: Lab) -> Send:
    """As clients outside of the cluster send."""
    return lambda urls, method: lab.probe(list(urls), method=method)


def inside(lab: Lab, pod: str, to: str) -> Send:
    """From a Pod that runs client.py; `to` is `service/NAME.NAMESPACE`."""
    client = lab.inside(pod)

    def send(urls: Sequence[str], method: str) -> Answers:
        if urls[0].startswith("https:"):
            return Answers([_secure(lab, pod, url, to) for url in urls])
        answers = client.probe(list(urls), to=to, method=method)
        return Answers(
            [_followed(answer, lambda url: client.probe(url, to=to, method=method)[0]) for answer in answers]
        )

    return send


def _followed(answer: Answer, ask: Callable[[str], Answer]) -> Answer:
    """A redirect is followed once, as the public runner does."""
    if answer.status not in REDIRECTS:
        return answer
    here, target = urlsplit(answer.url), urlsplit(answer.location)
    return ask(f"http://{target.hostname or here.hostname}{target.path or '/'}")


def _secure(lab: Lab, pod: str, url: str, to: str) -> Answer:
    """By HTTPS, with SNI; whose certificate it is makes no difference."""
    host = urlsplit(url).hostname or ""
    done = execute(lab.api, lab.namespace, pod, ["python", "-c", HTTPS, address_of(lab, to, 443), host])
    if done.code:
        return Answer(url, 0, error=phrase("no answer by HTTPS"))
    said = application_words(json.dumps(json.loads(done.out)) if done.out.strip().startswith("{") else "")
    return Answer(url, 200 if said else 404, service=said.get("service", "-"), host=said.get("host", ""))
