"""The values that fields allow, which the package's schema leaves out (the `+enum` types of k8s.io/api v0.36).

They reach people through `/openapi/v3`, as in `kubectl explain`; what is refused is decided by validation.
"""

_PROTOCOLS = "SCTP TCP UDP"
_EFFECTS = "NoExecute NoSchedule PreferNoSchedule"
_CONTAINER = {"imagePullPolicy": "Always IfNotPresent Never", "terminationMessagePolicy": "FallbackToLogsOnError File"}

ENUMS: dict[str, dict[str, str]] = {
    "io.k8s.api.apps.v1.DaemonSetUpdateStrategy": {"type": "OnDelete RollingUpdate"},
    "io.k8s.api.apps.v1.DeploymentStrategy": {"type": "Recreate RollingUpdate"},
    "io.k8s.api.core.v1.AppArmorProfile": {"type": "Localhost RuntimeDefault Unconfined"},
    "io.k8s.api.core.v1.Container": _CONTAINER,
    "io.k8s.api.core.v1.ContainerPort": {"protocol": _PROTOCOLS},
    "io.k8s.api.core.v1.EndpointPort": {"protocol": _PROTOCOLS},
    "io.k8s.api.core.v1.EphemeralContainer": _CONTAINER,
    "io.k8s.api.core.v1.HTTPGetAction": {"scheme": "HTTP HTTPS"},
    "io.k8s.api.core.v1.NamespaceStatus": {"phase": "Active Terminating"},
    "io.k8s.api.core.v1.NodeSelectorRequirement": {"operator": "DoesNotExist Exists Gt In Lt NotIn"},
    "io.k8s.api.core.v1.PodSecurityContext": {"fsGroupChangePolicy": "Always OnRootMismatch"},
    "io.k8s.api.core.v1.PodSpec": {
        "dnsPolicy": "ClusterFirst ClusterFirstWithHostNet Default None",
        "preemptionPolicy": "Never PreemptLowerPriority",
        "restartPolicy": "Always Never OnFailure",
    },
    "io.k8s.api.core.v1.PodStatus": {
        "phase": "Failed Pending Running Succeeded Unknown",
        "qosClass": "BestEffort Burstable Guaranteed",
    },
    "io.k8s.api.core.v1.SeccompProfile": {"type": "Localhost RuntimeDefault Unconfined"},
    "io.k8s.api.core.v1.SecurityContext": {"procMount": "Default Unmasked"},
    "io.k8s.api.core.v1.ServicePort": {"protocol": _PROTOCOLS},
    "io.k8s.api.core.v1.ServiceSpec": {
        "externalTrafficPolicy": "Cluster Local",
        "internalTrafficPolicy": "Cluster Local",
        "ipFamilyPolicy": "PreferDualStack RequireDualStack SingleStack",
        "sessionAffinity": "ClientIP None",
        "type": "ClusterIP ExternalName LoadBalancer NodePort",
    },
    "io.k8s.api.core.v1.Taint": {"effect": _EFFECTS},
    "io.k8s.api.core.v1.Toleration": {"effect": _EFFECTS, "operator": "Equal Exists"},
    "io.k8s.api.core.v1.TopologySpreadConstraint": {
        "nodeAffinityPolicy": "Honor Ignore",
        "nodeTaintsPolicy": "Honor Ignore",
        "whenUnsatisfiable": "DoNotSchedule ScheduleAnyway",
    },
    "io.k8s.api.core.v1.VolumeMount": {"mountPropagation": "Bidirectional HostToContainer None"},
    "io.k8s.api.discovery.v1.EndpointSlice": {"addressType": "FQDN IPv4 IPv6"},
    "io.k8s.api.networking.v1.HTTPIngressPath": {"pathType": "Exact ImplementationSpecific Prefix"},
}
"""{definition: {field: values, as they are sorted upstream}}"""
