"""The records that DNS keeps for Services, by the specification of Kubernetes' DNS."""

import pytest
from ingress_lab.ingress.dns_records import record_of


def slices(*ready: bool) -> list[dict]:
    endpoints = [
        {"targetRef": {"kind": "Pod", "name": f"p{n}"}, "conditions": {"ready": r}} for n, r in enumerate(ready)
    ]
    return [{"endpoints": endpoints, "ports": [{"port": 80}]}]


@pytest.mark.parametrize(
    ("spec", "found", "record"),
    [
        ({"type": "ClusterIP", "clusterIP": "127.96.0.9"}, slices(True), ("A", "the Service's address")),
        ({"type": "LoadBalancer", "clusterIP": "127.96.0.9"}, [], ("A", "the Service's address")),
        ({"type": "ClusterIP", "clusterIP": "None"}, slices(True, False, True), ("A", "2 Pod addresses")),
        ({"type": "ClusterIP", "clusterIP": "None"}, slices(True), ("A", "1 Pod address")),
        ({"clusterIP": "None", "publishNotReadyAddresses": True}, slices(True, False), ("A", "2 Pod addresses")),
        ({"type": "ExternalName", "externalName": "shop.example.com"}, [], ("CNAME", "shop.example.com")),
    ],
)
def test_record(spec: dict, found: list[dict], record: tuple[str, str]) -> None:
    assert record_of({"spec": spec}, found) == record
