"""Pods that wait for volumes: nothing binds a PersistentVolumeClaim here, so they wait as on a cluster without any."""

from loopkube.client.client import Client
from loopkube.shared.status import ApiError


async def missing(client: Client, pod: dict) -> str:
    """Why the Pod's claims keep it from every node, in the scheduler's words; empty when it has none."""
    for volume in pod["spec"].get("volumes") or ():
        name = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if not name:
            continue
        try:
            await client.get("persistentvolumeclaims", name, pod["metadata"]["namespace"])
        except ApiError as error:
            if error.code != 404:
                raise
            return f'persistentvolumeclaim "{name}" not found'
        return "pod has unbound immediate PersistentVolumeClaims"
    return ""
