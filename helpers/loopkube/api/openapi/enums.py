"""The values that fields of an enumerated type can have: the `+enum` types of k8s.io/api v0.36.

The upstream JSON schema leaves them out; `kubectl explain` shows them. Only the kinds that the series teaches.
"""

_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_CORE, _APPS = "io.k8s.api.core.v1.", "io.k8s.api.apps.v1."

ENUMS: dict[str, dict[str, tuple[str, ...]]] = {
    _CORE + "Container": {
        "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
        "terminationMessagePolicy": ("FallbackToLogsOnError", "File"),
    },
    _CORE + "ContainerPort": {"protocol": _PROTOCOLS},
    _CORE + "HTTPGetAction": {"scheme": ("HTTP", "HTTPS")},
    _CORE + "NamespaceStatus": {"phase": ("Active", "Terminating")},
    _CORE + "NodeSelectorRequirement": {"operator": ("DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn")},
    _CORE + "PodSpec": {
        "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "preemptionPolicy": ("Never", "PreemptLowerPriority"),
        "restartPolicy": ("Always", "Never", "OnFailure"),
    },
    _CORE + "PodStatus": {
        "phase": ("Failed", "Pending", "Running", "Succeeded", "Unknown"),
        "qosClass": ("BestEffort", "Burstable", "Guaranteed"),
    },
    _CORE + "ServicePort": {"protocol": _PROTOCOLS},
    _CORE + "ServiceSpec": {
        "externalTrafficPolicy": ("Cluster", "Local"),
        "internalTrafficPolicy": ("Cluster", "Local"),
        "ipFamilyPolicy": ("PreferDualStack", "RequireDualStack", "SingleStack"),
        "sessionAffinity": ("ClientIP", "None"),
        "type": ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    },
    _CORE + "Taint": {"effect": _EFFECTS},
    _CORE + "Toleration": {"effect": _EFFECTS, "operator": ("Equal", "Exists", "Gt", "Lt")},
    _APPS + "DaemonSetUpdateStrategy": {"type": ("OnDelete", "RollingUpdate")},
    _APPS + "DeploymentStrategy": {"type": ("Recreate", "RollingUpdate")},
    "io.k8s.api.discovery.v1.EndpointPort": {"protocol": _PROTOCOLS},
    "io.k8s.api.discovery.v1.EndpointSlice": {"addressType": ("FQDN", "IPv4", "IPv6")},
    "io.k8s.api.networking.v1.HTTPIngressPath": {"pathType": ("Exact", "ImplementationSpecific", "Prefix")},
}
