"""A Pod's status as the kubelet computes it: a pure function of the Pod and of what is known of its containers.

Source: pkg/kubelet/kubelet_pods.go (getPhase) and pkg/kubelet/status/generate.go of Kubernetes v1.36.
"""

import os

from loopkube.node.records import ALWAYS, NEVER, PodFacts, Record

UNREADY = "ContainersNotReady"
OWN_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
"""Those that a node answers for; all others are other people's."""


def pod_status(facts: PodFacts, now: str) -> dict:
    """The whole status that the node agent is answerable for."""
    pod, old = facts.pod, facts.pod.get("status") or {}
    phase = _phase(facts)
    status = {
        "phase": phase,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "conditions": _conditions(facts, phase, old.get("conditions") or [], now),
        "hostIP": facts.host_ip,
        "hostIPs": [{"ip": facts.host_ip}],
        "startTime": facts.start_time,
        "containerStatuses": [_container_status(r) for r in facts.containers],
        "qosClass": old.get("qosClass") or qos_class(pod["spec"]),
        "resources": {},
    }
    if facts.pod_ip:
        status |= {"podIP": facts.pod_ip, "podIPs": [{"ip": facts.pod_ip}]}
    if facts.init:
        status["initContainerStatuses"] = [_container_status(r, init=True) for r in facts.init]
    if facts.ephemeral:
        status["ephemeralContainerStatuses"] = [_container_status(r) | {"ready": False} for r in facts.ephemeral]
    reason, message = facts.failure
    return status | ({"reason": reason} if reason else {}) | ({"message": message} if message else {})


def _container_status(record: Record, init: bool = False) -> dict:
    done = init and not record.is_sidecar and record.exit_code == 0
    status = {
        "name": record.name,
        "state": record.state,
        "lastState": record.last,
        "ready": done or record.ready,
        "restartCount": record.restarts,
        "image": record.image or record.spec.get("image", ""),
        "imageID": record.image_id,
        "started": record.started,
    }
    if record.id:
        gid = os.getgid()
        groups = sorted({gid, *os.getgroups()})
        user = {"linux": {"uid": os.getuid(), "gid": gid, "supplementalGroups": groups}}
        status |= {"containerID": record.id, "resources": record.spec.get("resources") or {}, "user": user}
    mounts = [_mount_status(m) for m in record.spec.get("volumeMounts") or []]
    return status | ({"volumeMounts": mounts} if mounts else {})


def _mount_status(mount: dict) -> dict:
    read_only = {"readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else {}
    return {"name": mount["name"], "mountPath": mount["mountPath"]} | read_only


def _phase(facts: PodFacts) -> str:
    if facts.failure[0]:
        return "Failed"
    policy = facts.pod["spec"].get("restartPolicy", ALWAYS)
    regular = [r for r in facts.init if not r.is_sidecar]
    if policy == NEVER and any((r.exit_code or 0) != 0 for r in regular):
        return "Failed"
    if any(r.exit_code != 0 for r in regular):
        return "Failed" if facts.over else "Pending"
    if any(not r.started and not r.last and not r.state.get("terminated") for r in facts.init if r.is_sidecar):
        return "Pending"
    return _main_phase(facts, policy)


def _main_phase(facts: PodFacts, policy: str) -> str:
    sidecars = [r for r in facts.init if r.is_sidecar]
    waiting = [r for r in facts.containers if "waiting" in r.state and not r.last]
    running = [r for r in [*sidecars, *facts.containers] if "running" in r.state]
    if waiting:
        return "Failed" if facts.over else "Pending"
    if running:
        return "Running"
    codes = [(r.state.get("terminated") or r.last["terminated"])["exitCode"] for r in facts.containers]
    if facts.over:
        return "Succeeded" if not any(codes) else "Failed"
    if policy == ALWAYS:
        return "Running"
    if not any(codes):
        return "Succeeded"
    return "Failed" if policy == NEVER else "Running"


def _conditions(facts: PodFacts, phase: str, old: list[dict], now: str) -> list[dict]:
    generation = facts.pod["metadata"].get("generation", 1)
    own = {
        "PodReadyToStartContainers": {"status": "True" if facts.pod_ip and not facts.over else "False"},
        "Initialized": _initialized(facts, phase),
        "Ready": {},
        "ContainersReady": _containers_ready(facts, phase),
        "PodScheduled": {"status": "True"},
    }
    own["Ready"] = _ready(facts.pod, own["ContainersReady"], old)
    before = {c["type"]: c for c in old}
    made = []
    for type, condition in own.items():
        was = before.get(type, {})
        same = was.get("status") == condition["status"]
        changed = was["lastTransitionTime"] if same and was.get("lastTransitionTime") else now
        times = {"lastProbeTime": None, "lastTransitionTime": changed, "observedGeneration": generation}
        made.append({"type": type, **condition, **times})
    return made + [c for c in old if c["type"] not in OWN_CONDITIONS]


def _initialized(facts: PodFacts, phase: str) -> dict:
    if phase == "Succeeded":
        return {"status": "True", "reason": "PodCompleted"}
    waiting = [r.name for r in facts.init if (not r.started if r.is_sidecar else r.exit_code != 0)]
    past = any("running" in r.state or r.last or r.exit_code is not None for r in facts.containers)
    if not waiting or past:
        return {"status": "True"}
    message = f"containers with incomplete status: [{' '.join(waiting)}]"
    return {"status": "False", "reason": "ContainersNotInitialized", "message": message}


def _containers_ready(facts: PodFacts, phase: str) -> dict:
    if phase in ("Succeeded", "Failed"):
        return {"status": "False", "reason": "PodCompleted" if phase == "Succeeded" else "PodFailed"}
    sidecars = [r for r in facts.init if r.is_sidecar]
    unready = [r.name for r in [*sidecars, *facts.containers] if not r.ready]
    if not unready:
        return {"status": "True"}
    return {"status": "False", "reason": UNREADY, "message": f"containers with unready status: [{' '.join(unready)}]"}


def _ready(pod: dict, containers_ready: dict, old: list[dict]) -> dict:
    """Ready follows ContainersReady and the Pod's readiness gates."""
    if containers_ready["status"] != "True":
        return dict(containers_ready)
    given = {c["type"]: c["status"] for c in old}
    messages = []
    for gate in pod["spec"].get("readinessGates") or []:
        type = gate["conditionType"]
        if type not in given:
            messages.append(f'corresponding condition of pod readiness gate "{type}" does not exist.')
        elif given[type] != "True":
            messages.append(f'the status of pod readiness gate "{type}" is not "True", but {given[type]}')
    if messages:
        return {"status": "False", "reason": "ReadinessGatesNotReady", "message": ", ".join(messages)}
    return {"status": "True"}


def qos_class(spec: dict) -> str:
    """BestEffort, Burstable or Guaranteed (pkg/apis/core/helper/qos)."""
    containers = [*(spec.get("initContainers") or []), *spec["containers"]]
    asked = [c.get("resources") or {} for c in containers]
    if not any(r.get("requests") or r.get("limits") for r in asked):
        return "BestEffort"
    for resources in asked:
        limits = resources.get("limits") or {}
        requests = resources.get("requests") or limits
        if any(limits.get(w) is None or requests.get(w, limits[w]) != limits[w] for w in ("cpu", "memory")):
            return "Burstable"
    return "Guaranteed"
