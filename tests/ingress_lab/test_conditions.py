"""What is still missing, per kind and per condition."""

import pytest
from ingress_lab.kube.conditions import condition
from labcore.errors import BadArgument

ROLLED = {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}


@pytest.mark.parametrize(
    ("status", "missing"),
    [
        (ROLLED, ""),
        (ROLLED | {"observedGeneration": 1}, "its controller has not seen the change yet"),
        (ROLLED | {"updatedReplicas": 1}, "1 of 2 Pods updated"),
        (ROLLED | {"replicas": 3}, "1 old Pods still there"),
        (ROLLED | {"availableReplicas": 0}, "0 of 2 Pods available"),
    ],
)
def test_a_deployment_is_rolled_out(status: dict, missing: str) -> None:
    deployment = {"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": status}
    assert condition("Deployment", None).missing(deployment) == missing


def test_conditions_by_name_and_value() -> None:
    obj = {"metadata": {}, "status": {"conditions": [{"type": "Available", "status": "False"}]}}
    assert condition("Deployment", "available").missing(obj) == "available is False"
    assert condition("Deployment", "Available=false").missing(obj) == ""
    assert condition("Deployment", "Progressing").missing(obj) == "no condition Progressing yet (there are: Available)"


def test_paths() -> None:
    obj = {"metadata": {}, "status": {"replicas": 3, "loadBalancer": {"ingress": [{"hostname": "localhost"}]}}}
    assert condition("X", ".status.replicas=3").missing(obj) == ""
    assert condition("X", ".status.replicas=2").missing(obj) == ".status.replicas is 3"
    assert condition("X", ".status.loadBalancer.ingress.0.hostname=localhost").missing(obj) == ""
    assert condition("X", ".status.none").missing(obj) == ".status.none is not set"
    with pytest.raises(BadArgument):
        condition("X", ".status.replicas.deeper").missing(obj)


def test_an_ingress_has_an_address() -> None:
    assert condition("Ingress", None).missing({"status": {"loadBalancer": {}}}) == "no address in its status yet"
    assert condition("Ingress", None).missing({"status": {"loadBalancer": {"ingress": [{"ip": "x"}]}}}) == ""
