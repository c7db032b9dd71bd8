"""A container's environment: env, envFrom, fieldRef, resourceFieldRef, ConfigMap and Secret keys.

Order and expansion are the kubelet's (makeEnvironmentVariables): envFrom first, then env in order, where
`$(VAR)` sees what stands before it.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from loopkube.node.expansion import expand
from loopkube.shared import quantity

Lookup = Callable[[str, str, str], dict | None]
"""(`configmaps` or `secrets`, namespace, name) -> object."""


class ConfigError(Exception):
    """Something that the container's configuration names is missing; the message is the kubelet's."""


@dataclass(frozen=True)
class Facts:
    """What is known of a Pod besides its object."""

    pod_ip: str
    node_ip: str
    allocatable: dict[str, str]


def field(pod: dict, path: str, facts: Facts) -> str:
    """The value of a fieldRef."""
    metadata, spec = pod["metadata"], pod["spec"]
    match = re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path)
    if match:
        return (metadata.get(match[1]) or {}).get(match[2], "")
    if path in ("metadata.labels", "metadata.annotations"):
        return labels_text(metadata.get(path.partition(".")[2]) or {})
    values = {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata["namespace"],
        "metadata.uid": metadata["uid"],
        "spec.nodeName": spec.get("nodeName", ""),
        "spec.serviceAccountName": spec.get("serviceAccountName", ""),
        "status.podIP": facts.pod_ip,
        "status.podIPs": facts.pod_ip,
        "status.hostIP": facts.node_ip,
        "status.hostIPs": facts.node_ip,
    }
    if path not in values:
        raise ConfigError(f"unsupported fieldPath: {path}")
    return values[path]


def labels_text(labels: dict[str, str]) -> str:
    """Labels as a downwardAPI file has them: `key="value"`, one a line, sorted."""
    escaped = {k: v.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"') for k, v in labels.items()}
    return "\n".join(f'{key}="{escaped[key]}"' for key in sorted(escaped))


def resource(pod: dict, container: dict, reference: dict, facts: Facts) -> str:
    """The value of a resourceFieldRef; an absent limit is what the node has."""
    name = reference.get("containerName")
    if name:
        container = next((c for c in pod["spec"]["containers"] if c["name"] == name), container)
    side, _, what = reference["resource"].partition(".")
    given = (container.get("resources") or {}).get(side, {}).get(what)
    if given is None:
        given = facts.allocatable.get(what, "0") if side == "limits" else "0"
    unit = quantity.parse(str(reference.get("divisor") or "1")) or Decimal(1)
    return str(int((quantity.parse(str(given)) / unit).to_integral_value(rounding=ROUND_CEILING)))


def data_of(kind: str, obj: dict) -> dict[str, bytes]:
    """The keys of a ConfigMap or Secret as bytes."""
    if kind == "secrets":
        return {k: base64.b64decode(v or "") for k, v in (obj.get("data") or {}).items()}
    plain = {k: v.encode() for k, v in (obj.get("data") or {}).items()}
    return plain | {k: base64.b64decode(v) for k, v in (obj.get("binaryData") or {}).items()}


def make(pod: dict, container: dict, lookup: Lookup, facts: Facts, base: dict[str, str]) -> dict[str, str]:
    """The environment, over `base` (the image's). Raises ConfigError."""
    variables = dict(base)
    for source in container.get("envFrom") or []:
        variables |= _from_source(pod, source, lookup)
    for entry in container.get("env") or []:
        value = entry.get("value", "")
        source = entry.get("valueFrom")
        if source:
            value = _from_reference(pod, container, source, lookup, facts)
            if value is None:
                continue
        else:
            value = expand(value, variables)
        variables[entry["name"]] = value
    return variables


_WORDS = {"configMapKeyRef": ("configmaps", "ConfigMap"), "secretKeyRef": ("secrets", "Secret")}
_SOURCES = {"configMapRef": "configmaps", "secretRef": "secrets"}


def _from_source(pod: dict, source: dict, lookup: Lookup) -> dict[str, str]:
    for word, kind in _SOURCES.items():
        reference = source.get(word)
        if reference is None:
            continue
        obj = lookup(kind, pod["metadata"]["namespace"], reference["name"])
        if obj is None:
            if reference.get("optional"):
                return {}
            raise ConfigError(f'{kind.removesuffix("s")} "{reference["name"]}" not found')
        prefix = source.get("prefix", "")
        return {prefix + key: value.decode("utf-8", "replace") for key, value in sorted(data_of(kind, obj).items())}
    return {}


def _from_reference(pod: dict, container: dict, source: dict, lookup: Lookup, facts: Facts) -> str | None:
    """The value of a valueFrom, or None for an optional one that is missing."""
    if "fieldRef" in source:
        return field(pod, source["fieldRef"]["fieldPath"], facts)
    if "resourceFieldRef" in source:
        return resource(pod, container, source["resourceFieldRef"], facts)
    for word, (kind, title) in _WORDS.items():
        reference = source.get(word)
        if reference is None:
            continue
        namespace, name = pod["metadata"]["namespace"], reference["name"]
        obj = lookup(kind, namespace, name)
        if obj is None:
            if reference.get("optional"):
                return None
            raise ConfigError(f'{kind.removesuffix("s")} "{name}" not found')
        value = data_of(kind, obj).get(reference["key"])
        if value is None:
            if reference.get("optional"):
                return None
            raise ConfigError(f"couldn't find key {reference['key']} in {title} {namespace}/{name}")
        return value.decode("utf-8", "replace")
    raise ConfigError(f"unsupported valueFrom: {', '.join(source)}")
