"""What is stored but deserves a word to the caller (pkg/api/pod/warnings.go)."""

from loopkube.shared import quantity

_FRACTIONS = ("memory", "ephemeral-storage")


def pod(obj: dict, old: dict | None) -> list[str]:
    """GetWarningsForPod in pkg/api/pod/warnings.go; none for an update that leaves the spec alone."""
    if old is not None and obj["spec"] == old["spec"]:
        return []
    return _spec("spec", obj["spec"])


def template(obj: dict, old: dict | None) -> list[str]:
    """Of a Deployment, ReplicaSet or DaemonSet."""
    now = obj["spec"]["template"]["spec"]
    if old is not None and now == old["spec"].get("template", {}).get("spec"):
        return []
    return _spec("spec.template.spec", now)


def _spec(path: str, spec: dict) -> list[str]:
    warnings = []
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        warnings.append(
            f"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        )
    for field in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(field) or ()):
            at = f"{path}.{field}[{index}]"
            warnings += _environment(f"{at}.env", container.get("env", ()))
            warnings += _ports(f"{at}.ports", container.get("ports", ()))
            warnings += _fractions(f"{at}.resources", container.get("resources", {}))
    return warnings


def _environment(path: str, variables: list[dict]) -> list[str]:
    warnings: list[str] = []
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        name = variable.get("name", "")
        if name in seen:
            message = f'hides previous definition of "{name}", which may be dropped when using apply'
            warnings.append(f"{path}[{index}]: {message}")
        seen.add(name)
    return warnings


def _ports(path: str, ports: list[dict]) -> list[str]:
    warnings: list[str] = []
    seen: dict[tuple, int] = {}
    for index, port in enumerate(ports):
        key = (port.get("protocol"), port.get("hostIP"), port.get("hostPort"), port.get("containerPort"))
        if key in seen:
            warnings.append(f"{path}[{index}]: duplicate port definition with {path}[{seen[key]}]")
        seen.setdefault(key, index)
    return warnings


def _fractions(path: str, resources: dict) -> list[str]:
    warnings = []
    for side in ("limits", "requests"):
        for name in _FRACTIONS:
            amount = resources.get(side, {}).get(name)
            if amount is not None and quantity.parse(amount) % 1:
                message = f'fractional byte value "{amount}" is invalid, must be an integer'
                warnings.append(f"{path}.{side}[{name}]: {message}")
    return warnings
