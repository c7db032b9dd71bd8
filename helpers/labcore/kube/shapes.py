"""What objects of the API have where the lab looks: types alone, by the resource's plural. A null is a field left out.

A context's server may send anything. Judged once, where answers are read, so that nobody behind has to.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

Schema = dict[str, Any]

_ANY: Schema = {}
_TEXT: Schema = {"type": ["string", "null"]}
_THERE: Schema = {"type": "object"}
_NAME: Schema = {"type": "string"}
_NUMBER: Schema = {"type": ["integer", "null"]}
_TRUTH: Schema = {"type": ["boolean", "null"]}
_PORT: Schema = {"type": ["integer", "string", "null"]}  # a number, or the name of one
_TEXTS: Schema = {"type": ["array", "null"], "items": _NAME}
_TEXT_BY_NAME: Schema = {"type": ["object", "null"], "additionalProperties": _NAME}


def _fields(*needed: str, **known: Schema) -> Schema:
    """A mapping; fields that are not known may be anything."""
    return {"type": ["object", "null"], "properties": known, "required": list(needed)}


def _each(one: Schema) -> Schema:
    return {"type": ["array", "null"], "items": one | _THERE}


_REFERENCE = _fields(kind=_TEXT, name=_TEXT, namespace=_TEXT, uid=_TEXT)
_CONDITIONS = _each(_fields("type", "status", type=_NAME, status=_NAME, reason=_TEXT, message=_TEXT))
_META = _fields(
    name=_NAME, generateName=_TEXT, namespace=_NAME, uid=_TEXT, resourceVersion=_TEXT, creationTimestamp=_TEXT,
    deletionTimestamp=_TEXT, generation=_NUMBER, labels=_TEXT_BY_NAME, annotations=_TEXT_BY_NAME, finalizers=_TEXTS,
    ownerReferences=_each(_REFERENCE), managedFields=_each(_fields(manager=_TEXT, operation=_TEXT)),
)  # fmt: skip

_PROBE = _fields()
_CONTAINERS = _each(
    _fields(
        "name", name=_NAME, image=_NAME, args=_TEXTS, command=_TEXTS, readinessProbe=_PROBE, livenessProbe=_PROBE,
        env=_each(_fields("name", name=_NAME, value=_TEXT)),
        ports=_each(_fields("containerPort", containerPort={"type": "integer"}, name=_TEXT, hostPort=_NUMBER)),
    )
)  # fmt: skip
_POD = _fields(
    "containers", containers=_CONTAINERS | {"type": "array"}, initContainers=_CONTAINERS, nodeName=_TEXT,
    hostNetwork=_TRUTH, readinessGates=_each(_ANY),
    serviceAccountName=_TEXT, nodeSelector=_TEXT_BY_NAME, tolerations=_each(_ANY), volumes=_each(_ANY),
)  # fmt: skip
_STATE = _fields(reason=_TEXT, message=_TEXT, exitCode=_NUMBER)
_CONTAINER_STATUSES = _each(
    _fields(
        "name", name=_NAME, image=_TEXT, ready=_TRUTH, restartCount=_NUMBER,
        state=_fields(waiting=_STATE, running=_fields(), terminated=_STATE),
    )
)  # fmt: skip
_POD_STATUS = _fields(
    phase=_TEXT, podIP=_TEXT, hostIP=_TEXT, reason=_TEXT, message=_TEXT, conditions=_CONDITIONS,
    containerStatuses=_CONTAINER_STATUSES, initContainerStatuses=_CONTAINER_STATUSES,
)  # fmt: skip
_WORKLOAD = _fields(
    replicas=_NUMBER, selector=_fields(matchLabels=_TEXT_BY_NAME, matchExpressions=_each(_ANY)),
    template=_fields(metadata=_fields(labels=_TEXT_BY_NAME, annotations=_TEXT_BY_NAME), spec=_POD),
)  # fmt: skip
_BACKEND = _fields(service=_fields("name", name=_NAME, port=_fields(number=_NUMBER, name=_TEXT)), resource=_REFERENCE)
_PATHS = _fields(paths=_each(_fields(path=_TEXT, pathType=_TEXT, backend=_BACKEND)))
_ENTRIES = _each(_fields(ip=_TEXT, hostname=_TEXT, ports=_each(_ANY)))
_BALANCED = _fields(loadBalancer=_fields(ingress=_ENTRIES), conditions=_CONDITIONS)

_SERVICE_PORT = _fields(
    "port", port={"type": "integer"}, name=_TEXT, protocol=_TEXT, nodePort=_NUMBER, targetPort=_PORT
)
_STATUS = _fields(conditions=_CONDITIONS)
_WORKLOADS = ("deployments", "replicasets", "statefulsets", "daemonsets")
_RULES = _each(_fields(verbs=_TEXTS, apiGroups=_TEXTS, resources=_TEXTS, resourceNames=_TEXTS))
_OTHER = {"spec": _fields(), "status": _fields()}
_KNOWN: dict[str, dict[str, Schema]] = {
    "pods": {"spec": _POD | _THERE, "status": _POD_STATUS},
    "services": {
        "spec": _fields(
            type=_TEXT, clusterIP=_TEXT, externalName=_TEXT, selector=_TEXT_BY_NAME, externalIPs=_TEXTS,
            ports=_each(_SERVICE_PORT),
        ) | _THERE,
        "status": _BALANCED,
    },
    "ingresses": {
        "spec": _fields(
            ingressClassName=_TEXT, defaultBackend=_BACKEND, rules=_each(_fields(host=_TEXT, http=_PATHS)),
            tls=_each(_fields(hosts=_TEXTS, secretName=_TEXT)),
        ),
        "status": _BALANCED,
    },
    "ingressclasses": {"spec": _fields(controller=_TEXT, parameters=_REFERENCE)},
    "endpointslices": {
        "addressType": _TEXT,
        "ports": _each(_fields(name=_TEXT, port=_NUMBER, protocol=_TEXT)),
        "endpoints": _each(
            _fields(
                addresses=_TEXTS, nodeName=_TEXT, targetRef=_REFERENCE,
                conditions=_fields(ready=_TRUTH, serving=_TRUTH, terminating=_TRUTH),
            )
        ),
    },
    "nodes": {
        "spec": _fields(taints=_each(_fields("key", key=_NAME, value=_TEXT, effect=_TEXT)), unschedulable=_TRUTH),
        "status": _fields(
            conditions=_CONDITIONS, addresses=_each(_fields("type", "address", type=_NAME, address=_NAME)),
            nodeInfo=_fields(),
        ),
    },
    **{plural: {"spec": _WORKLOAD, "status": _STATUS} for plural in _WORKLOADS},
    "secrets": {"type": _TEXT, "data": _TEXT_BY_NAME},
    "configmaps": {"data": _TEXT_BY_NAME},
    "namespaces": {"spec": _fields(), "status": _fields(phase=_TEXT, conditions=_CONDITIONS)},
    "events": {
        "type": _TEXT, "reason": _TEXT, "message": _TEXT, "lastTimestamp": _TEXT, "eventTime": _TEXT,
        "involvedObject": _REFERENCE,
    },
    "customresourcedefinitions": {"status": _STATUS},
    "statuses": {"status": _TEXT, "reason": _TEXT, "message": _TEXT, "code": _NUMBER},
    "token": {"status": _fields("token", token=_NAME) | _THERE},
    "selfsubjectreviews": {"status": _fields(userInfo=_fields(username=_NAME) | _THERE) | _THERE},
    "selfsubjectrulesreviews": {"status": _fields(resourceRules=_RULES) | _THERE},
    "selfsubjectaccessreviews": {"status": _fields(allowed=_TRUTH) | _THERE},
    "tables": {
        "columnDefinitions": _each(_fields("name", name=_NAME, priority={"type": "integer"})) | {"type": "array"},
        "rows": _each(_fields("cells", cells={"type": "array"}, object=_fields(metadata=_META) | _THERE)),
    },
    "clusterrolebindings": {"roleRef": _REFERENCE, "subjects": _each(_REFERENCE)},
    "rolebindings": {"roleRef": _REFERENCE, "subjects": _each(_REFERENCE)},
}  # fmt: skip


_NEEDED = {"pods": ["spec"], "services": ["spec"], "tables": ["columnDefinitions", "rows"], "token": ["status"]}


def wrong_field(obj: dict, plural: str = "") -> str:
    """The first field that is missing or of a type that is not Kubernetes' own, as `spec.ports[0]`; "" for none."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _judge(plural if plural in _KNOWN else "")(obj)
    except JsonSchemaValueException as error:
        return str(error.name).partition(".")[2] or _NEEDED.get(plural, ["metadata"])[0]
    return ""


@cache
def _judge(plural: str) -> Callable[[dict], object]:
    import fastjsonschema

    known = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": _META, **_KNOWN.get(plural, _OTHER)}
    return fastjsonschema.compile(_fields(*_NEEDED.get(plural, ()), **known))
