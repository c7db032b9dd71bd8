"""The kr8s script against a real API: `pytest` in this folder, with kr8s installed."""

import pytest

pytest.importorskip("kr8s")
import scaling

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  replicas: %d
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: app, image: python:3.13}]}
"""


def test_only_what_has_another_number_is_changed(kube) -> None:
    for name, replicas in (("one", 1), ("two", 2)):
        kube.apply(DEPLOYMENT % (name, replicas, name, name))
    assert scaling.scale(str(kube.kubeconfig), kube.namespace, 2) == ["one"]
    kube.wait("deployment", "one", lambda d: d["status"].get("replicas") == 2)
