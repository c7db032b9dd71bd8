"""Old manifests are refused by the API, and their upgrade is accepted and routes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import manifests
from ingress_lab.lab import Lab
from labcore.errors import Refused
from loopkube.cluster import ClusterInfo

START = Path(__file__).parents[2] / "manifests" / "start-here"
OLD = """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: old
  annotations:
    kubernetes.io/ingress.class: traefik
spec:
  backend:
    serviceName: bye-svc
    servicePort: http
  rules:
    - host: old.example.com
      http:
        paths:
          - path: /hello   # the first
            backend:
              serviceName: hello-svc
              servicePort: 80
          - backend: {serviceName: bye-svc, servicePort: http}
---
apiVersion: apps/v1beta1
kind: Deployment
metadata: {name: old}
spec:
  replicas: 0
  template:
    metadata:
      labels: {app: old}
    spec:
      containers:
        - {name: app, image: "python:3.13-alpine", command: [python, app.py]}
---
apiVersion: v1
kind: Service
metadata:
  name: old
  annotations:
    service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"
spec:
  selector: {app: old}
  ports: [{port: 80}]
"""


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-upgrade")
    made.apply(START)
    made.wait("deployments")
    yield made
    made.clean_up()


def test_the_old_form_is_refused_and_the_new_one_routes(lab: Lab) -> None:
    with pytest.raises(Refused, match='no matches for kind "Ingress" in version "extensions/v1beta1"'):
        lab.apply(OLD.partition("---")[0])
    upgraded = manifests.upgrade(OLD)
    assert set(lab.apply(upgraded)["result"]) == {"created"}
    assert set(lab.apply(manifests.upgrade(OLD, old_lines=True))["result"]) == {"unchanged"}
    lab.wait_routed("http://old.example.com/hello", service="hello-svc")
    assert lab.probe("http://old.example.com/else").services == ["bye-svc"]
    assert lab.object("service/old")["spec"]["publishNotReadyAddresses"] is True


def test_a_varied_manifest_is_applied_as_it_is(lab: Lab) -> None:
    varied = manifests.vary(
        START / "ingress.yaml", {"metadata.name": "varied", "spec.rules[0].host": "varied.example.com"}
    )
    lab.apply(varied)
    lab.wait_routed("http://varied.example.com/hello", service="hello-svc")
