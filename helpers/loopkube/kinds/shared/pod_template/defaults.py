"""Defaults of Pods and Pod templates: containers, probes, volumes, what stands beside them."""

_FILE_MODE = 0o644
_TOKEN_SECONDS = 3600


def template(obj: dict) -> None:
    """A Pod template, as in a Deployment."""
    pod_spec(obj.setdefault("spec", {}))


def pod_spec(spec: dict) -> None:
    """SetDefaults_PodSpec in pkg/apis/core/v1/defaults.go; in place, as all of these."""
    for volume_ in spec.get("volumes", ()):
        volume(volume_)
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for container_ in spec.get(field) or ():
            container(container_)
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account


def container(obj: dict) -> None:
    """SetDefaults_Container: an image without a tag, or with `latest`, is always pulled."""
    if "imagePullPolicy" not in obj:
        obj["imagePullPolicy"] = "Always" if image_tag(obj.get("image", "")) == "latest" else "IfNotPresent"
    obj.setdefault("terminationMessagePath", "/dev/termination-log")
    obj.setdefault("terminationMessagePolicy", "File")
    for port in obj.get("ports", ()):
        port.setdefault("protocol", "TCP")
    for variable in obj.get("env", ()):
        _field_selector(variable.get("valueFrom", {}))
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in obj:
            probe(obj[name])
    for handler in obj.get("lifecycle", {}).values():
        if isinstance(handler, dict):
            _http_get(handler)


def image_tag(image: str) -> str:
    """The tag that an image name asks for; no tag and no digest is `latest`."""
    name, _, digest = image.partition("@")
    last = name.rsplit("/", 1)[-1]
    tag = last.partition(":")[2]
    return tag or ("" if digest else "latest")


def probe(obj: dict) -> None:
    """SetDefaults_Probe: 1 s to answer, each 10 s, three failures."""
    _http_get(obj)
    if "grpc" in obj:
        obj["grpc"].setdefault("service", "")
    obj.setdefault("timeoutSeconds", 1)
    obj.setdefault("periodSeconds", 10)
    obj.setdefault("successThreshold", 1)
    obj.setdefault("failureThreshold", 3)


def _http_get(handler: dict) -> None:
    if "httpGet" in handler:
        handler["httpGet"].setdefault("path", "/")
        handler["httpGet"].setdefault("scheme", "HTTP")


def _field_selector(source: dict) -> None:
    if "fieldRef" in source:
        source["fieldRef"].setdefault("apiVersion", "v1")


def volume(obj: dict) -> None:
    """SetDefaults_Volume: one that names no source is an emptyDir."""
    if len(obj) == 1 and "name" in obj:
        obj["emptyDir"] = {}
    for name in ("secret", "configMap", "downwardAPI", "projected"):
        if name in obj:
            obj[name].setdefault("defaultMode", _FILE_MODE)
    if "hostPath" in obj:
        obj["hostPath"].setdefault("type", "")
    if "image" in obj:
        tag = image_tag(obj["image"].get("reference", ""))
        obj["image"].setdefault("pullPolicy", "Always" if tag == "latest" else "IfNotPresent")
    for item in obj.get("downwardAPI", {}).get("items", ()):
        _field_selector(item)
    for source in obj.get("projected", {}).get("sources") or ():
        for item in source.get("downwardAPI", {}).get("items", ()):
            _field_selector(item)
        if "serviceAccountToken" in source:
            source["serviceAccountToken"].setdefault("expirationSeconds", _TOKEN_SECONDS)
    claim = obj.get("ephemeral", {}).get("volumeClaimTemplate", {}).get("spec")
    if claim is not None:
        claim.setdefault("volumeMode", "Filesystem")
