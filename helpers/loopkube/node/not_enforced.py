"""Fields of a Pod that processes without isolation cannot honour: accepted, and named in one Warning event."""

_OF_A_POD = ("hostIPC", "hostPID", "shareProcessNamespace", "runtimeClassName")


def fields(pod: dict, isolated: bool = False) -> list[str]:
    """The fields, as paths; empty for a Pod that asks for nothing of the kind. Isolated containers honour hostPID,
    others shareProcessNamespace: their processes see each other anyway.
    """
    spec = pod["spec"]
    honoured = "hostPID" if isolated else "shareProcessNamespace"
    paths = [name for name in _OF_A_POD if name != honoured and spec.get(name)]
    paths += [f"securityContext.{name}" for name in sorted(spec.get("securityContext") or {})]
    for group in ("initContainers", "containers"):
        for container in spec.get(group) or []:
            where = f"{group}[{container['name']}]"
            paths += [f"{where}.securityContext.{name}" for name in sorted(container.get("securityContext") or {})]
            paths += [
                f"{where}.resources.limits.{name}"
                for name in sorted((container.get("resources") or {}).get("limits") or {})
            ]
            paths += [f"{where}.volumeDevices"] if container.get("volumeDevices") else []
    return paths


def message(paths: list[str]) -> str:
    return f"Containers are processes of this machine here, so these fields have no effect: {', '.join(paths)}"
