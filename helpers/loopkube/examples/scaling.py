"""A kr8s script: every Deployment of a namespace to a number of replicas."""

import kr8s


def scale(kubeconfig: str, namespace: str, replicas: int) -> list[str]:
    """The names of the Deployments that were changed."""
    api = kr8s.api(kubeconfig=kubeconfig, namespace=namespace)
    changed = []
    for deployment in api.get("deployments", namespace=namespace):
        if deployment.replicas != replicas:
            deployment.scale(replicas)
            changed.append(deployment.name)
    return changed
