"""What the OpenAPI schema does not tell about Kubernetes' Go structs, for the kinds that are served.

`POINTERS`: scalar fields that are pointers, so that zero (`0`, `""`, `false`) is kept and not dropped as by
`omitempty`; where two structs have one name, the older goes by its group too. `EMBEDDED`: fields of an embedded
struct, whose name Go's decoder puts into its messages. `NAMED`: fields with a named string or list type.
What Go prints of an object although nobody set it is in `go_zeros`. Source: types.go of k8s.io/api v0.36.
"""


def _words(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {struct: frozenset(fields.split()) for struct, fields in table.items()}


POINTERS = _words(
    {
        "AppArmorProfile": "localhostProfile",
        "AzureDiskVolumeSource": "cachingMode fsType readOnly kind",
        "CSIVolumeSource": "readOnly fsType",
        "ClientIPConfig": "timeoutSeconds",
        "ClusterTrustBundleProjection": "name signerName optional",
        "ConfigMap": "immutable",
        "ConfigMapEnvSource": "optional",
        "ConfigMapKeySelector": "optional",
        "ConfigMapProjection": "optional",
        "ConfigMapVolumeSource": "defaultMode optional",
        "Container": "restartPolicy",
        "ContainerStatus": "started stopSignal",
        "CustomResourceDefinitionVersion": "deprecationWarning",
        "CustomResourceSubresourceScale": "labelSelectorPath",
        "DaemonSetSpec": "revisionHistoryLimit",
        "DaemonSetStatus": "collisionCount",
        "DeleteOptions": "gracePeriodSeconds ignoreStoreReadErrorWithClusterBreakingPotential orphanDependents"
        " propagationPolicy",
        "DeploymentSpec": "progressDeadlineSeconds replicas revisionHistoryLimit",
        "DeploymentStatus": "collisionCount terminatingReplicas",
        "DownwardAPIVolumeFile": "mode",
        "DownwardAPIVolumeSource": "defaultMode",
        "Endpoint": "hostname nodeName zone",
        "EndpointAddress": "nodeName",
        "EndpointConditions": "ready serving terminating",
        "EndpointPort": "appProtocol name port protocol",
        "core.EndpointPort": "appProtocol",
        "EphemeralContainer": "restartPolicy",
        "FCVolumeSource": "lun",
        "FileKeySelector": "optional",
        "GRPCAction": "service",
        "HTTPIngressPath": "pathType",
        "HostPathVolumeSource": "type",
        "ISCSIVolumeSource": "initiatorName",
        "IngressClassParametersReference": "apiGroup namespace scope",
        "IngressPortStatus": "error",
        "IngressSpec": "ingressClassName",
        "JSONSchemaProps": "maximum minimum maxLength minLength maxItems minItems multipleOf maxProperties"
        " minProperties x-kubernetes-preserve-unknown-fields x-kubernetes-list-type x-kubernetes-map-type",
        "JobSpec": "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy"
        " manualSelector maxFailedIndexes parallelism podReplacementPolicy suspend ttlSecondsAfterFinished",
        "JobStatus": "failedIndexes ready terminating",
        "KeyToPath": "mode",
        "LeaseSpec": "holderIdentity leaseDurationSeconds leaseTransitions preferredHolder strategy",
        "Lifecycle": "stopSignal",
        "LoadBalancerIngress": "ipMode",
        "NodeFeatures": "supplementalGroupsPolicy",
        "NodeRuntimeHandlerFeatures": "recursiveReadOnlyMounts userNamespaces",
        "NodeSwapStatus": "capacity",
        "ObjectMeta": "deletionGracePeriodSeconds",
        "OwnerReference": "blockOwnerDeletion controller",
        "PersistentVolumeClaimSpec": "storageClassName volumeAttributesClassName volumeMode",
        "PodCertificateProjection": "maxExpirationSeconds",
        "PodDNSConfigOption": "value",
        "PodResourceClaim": "resourceClaimName resourceClaimTemplateName",
        "PodResourceClaimStatus": "resourceClaimName",
        "PodSchedulingGroup": "podGroupName",
        "PodSecurityContext": "fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy"
        " supplementalGroupsPolicy",
        "PodSpec": "activeDeadlineSeconds automountServiceAccountToken enableServiceLinks hostUsers hostnameOverride"
        " preemptionPolicy priority runtimeClassName setHostnameAsFQDN shareProcessNamespace"
        " terminationGracePeriodSeconds",
        "PortStatus": "error",
        "Preconditions": "resourceVersion uid",
        "Probe": "terminationGracePeriodSeconds",
        "ProjectedVolumeSource": "defaultMode",
        "ReplicaSetSpec": "replicas",
        "ReplicaSetStatus": "terminatingReplicas",
        "ReplicationControllerSpec": "replicas",
        "ResourceHealth": "message",
        "SeccompProfile": "localhostProfile",
        "Secret": "immutable",
        "SecretEnvSource": "optional",
        "SecretKeySelector": "optional",
        "SecretProjection": "optional",
        "SecretVolumeSource": "defaultMode optional",
        "SecurityContext": "allowPrivilegeEscalation privileged procMount readOnlyRootFilesystem runAsGroup"
        " runAsNonRoot runAsUser",
        "ServiceAccount": "automountServiceAccountToken",
        "ServiceAccountTokenProjection": "expirationSeconds",
        "ServicePort": "appProtocol",
        "ServiceReference": "path port",
        "ServiceSpec": "allocateLoadBalancerNodePorts internalTrafficPolicy ipFamilyPolicy loadBalancerClass"
        " trafficDistribution",
        "TokenRequestSpec": "expirationSeconds",
        "Toleration": "tolerationSeconds",
        "TopologySpreadConstraint": "minDomains nodeAffinityPolicy nodeTaintsPolicy",
        "TypedLocalObjectReference": "apiGroup",
        "TypedObjectReference": "apiGroup namespace",
        "ValidationRule": "optionalOldSelf reason",
        "VolumeMount": "mountPropagation recursiveReadOnly",
        "VolumeMountStatus": "recursiveReadOnly",
        "WebhookClientConfig": "url",
        "WindowsSecurityContextOptions": "gmsaCredentialSpec gmsaCredentialSpecName hostProcess runAsUserName",
    }
)

EMBEDDED: dict[str, dict[str, str]] = {
    "ConfigMapEnvSource": {"name": "LocalObjectReference"},
    "ConfigMapKeySelector": {"name": "LocalObjectReference"},
    "ConfigMapProjection": {"name": "LocalObjectReference"},
    "ConfigMapVolumeSource": {"name": "LocalObjectReference"},
    "IngressRule": {"http": "IngressRuleValue"},
    "Probe": dict.fromkeys(("exec", "grpc", "httpGet", "tcpSocket"), "ProbeHandler"),
    "SecretEnvSource": {"name": "LocalObjectReference"},
    "SecretKeySelector": {"name": "LocalObjectReference"},
    "SecretProjection": {"name": "LocalObjectReference"},
}
EMBEDS_ALL_BUT = {
    "Volume": ("VolumeSource", "name"),
    "EphemeralContainer": ("EphemeralContainerCommon", "targetContainerName"),
}
"""Structs of one own field; all other fields are an embedded struct's."""

NAMED: dict[str, dict[str, str]] = {
    "Capabilities": {"add": "[]v1.Capability", "drop": "[]v1.Capability"},
    "Container": {
        "imagePullPolicy": "v1.PullPolicy",
        "restartPolicy": "v1.ContainerRestartPolicy",
        "terminationMessagePolicy": "v1.TerminationMessagePolicy",
    },
    "ContainerPort": {"protocol": "v1.Protocol"},
    "CustomResourceDefinitionSpec": {"scope": "v1.ResourceScope"},
    "DaemonSetUpdateStrategy": {"type": "v1.DaemonSetUpdateStrategyType"},
    "DeploymentStrategy": {"type": "v1.DeploymentStrategyType"},
    "EmptyDirVolumeSource": {"medium": "v1.StorageMedium"},
    "EndpointPort": {"protocol": "v1.Protocol"},
    "EndpointSlice": {"addressType": "v1.AddressType"},
    "HTTPGetAction": {"scheme": "v1.URIScheme"},
    "HTTPIngressPath": {"pathType": "v1.PathType"},
    "HostPathVolumeSource": {"type": "v1.HostPathType"},
    "LabelSelectorRequirement": {"operator": "v1.LabelSelectorOperator"},
    "NamespaceStatus": {"phase": "v1.NamespacePhase"},
    "NodeAddress": {"type": "v1.NodeAddressType"},
    "NodeSelectorRequirement": {"operator": "v1.NodeSelectorOperator"},
    "NodeStatus": {"allocatable": "v1.ResourceList", "capacity": "v1.ResourceList"},
    "ObjectMeta": {"uid": "types.UID"},
    "OwnerReference": {"uid": "types.UID"},
    "PodSpec": {
        "dnsPolicy": "v1.DNSPolicy",
        "overhead": "v1.ResourceList",
        "preemptionPolicy": "v1.PreemptionPolicy",
        "restartPolicy": "v1.RestartPolicy",
    },
    "PodStatus": {"phase": "v1.PodPhase", "qosClass": "v1.PodQOSClass"},
    "ResourceRequirements": {"limits": "v1.ResourceList", "requests": "v1.ResourceList"},
    "Secret": {"type": "v1.SecretType"},
    "ServicePort": {"protocol": "v1.Protocol"},
    "ServiceSpec": {
        "externalTrafficPolicy": "v1.ServiceExternalTrafficPolicy",
        "internalTrafficPolicy": "v1.ServiceInternalTrafficPolicy",
        "ipFamilies": "[]v1.IPFamily",
        "ipFamilyPolicy": "v1.IPFamilyPolicy",
        "sessionAffinity": "v1.ServiceAffinity",
        "type": "v1.ServiceType",
    },
    "Taint": {"effect": "v1.TaintEffect"},
    "Toleration": {"effect": "v1.TaintEffect", "operator": "v1.TolerationOperator"},
    "VolumeMount": {"mountPropagation": "v1.MountPropagationMode"},
}
