"""What the cluster's DNS answers for Services, read from the API's objects.

Nobody is asked: the objects make the same records, by the rules of
https://github.com/kubernetes/dns/blob/master/docs/specification.md.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from labcore.language.messages import phrase, plural

from ingress_lab.kube.endpoints import SERVICE_NAME, endpoints_of

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.lab import Lab

ZONE = "cluster.local"


def record_of(service: dict, slices: Iterable[dict]) -> tuple[str, str]:
    """The type of a Service's record, and what it holds, in words.

    A clusterIP is one address, `None` the addresses of the ready Pods, an ExternalName another name.
    """
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return "CNAME", spec.get("externalName", "")
    if spec.get("clusterIP") != "None":
        return "A", phrase("the Service's address")
    every = spec.get("publishNotReadyAddresses")
    pods = [e.pod for e in endpoints_of(slices) if e.ready or every]
    return "A", plural("{number} Pod address", "{number} Pod addresses", len(pods))


def record_table(lab: "Lab") -> "Table":
    """One row a Service of the namespace."""
    from ingress_lab.display.tables import table

    slices = lab.objects("endpointslices")
    rows = []
    for service in lab.objects("services"):
        name = service["metadata"]["name"]
        own = [s for s in slices if (s["metadata"].get("labels") or {}).get(SERVICE_NAME) == name]
        kind, answers = record_of(service, own)
        rows.append({"service": name, "record": kind, "answers": answers})
    return table(rows, ["service", "record", "answers"], title=phrase("DNS records"))
