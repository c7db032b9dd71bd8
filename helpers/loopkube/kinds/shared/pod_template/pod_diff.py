"""The difference between two Pod specs, as kube-apiserver shows it in its refusal.

It prints its internal Go structs as JSON and compares line by line; so this module knows the fields of these
structs in their order (pkg/apis/core/types.go), and what an unset one shows.
"""

import difflib
import json
from functools import cache

# One struct a line. `Field` alone is a pointer to a scalar, a list or a map of scalars (null when unset);
# `:s :i :b` are string, number and boolean; `:X` is a struct, `:*X` a pointer to one, `:[X]` a list of them.
_STRUCTS = """
PodSpec Volumes:[Volume] InitContainers:[Container] Containers:[Container] EphemeralContainers:[EphemeralContainer] \
RestartPolicy:s TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy:s NodeSelector ServiceAccountName:s \
AutomountServiceAccountToken NodeName:s SecurityContext:*PodSecurityContext ImagePullSecrets:[LocalObjectReference] \
Hostname:s Subdomain:s SetHostnameAsFQDN Affinity:*Affinity SchedulerName:s Tolerations:[Toleration] \
HostAliases:[HostAlias] PriorityClassName:s Priority PreemptionPolicy DNSConfig:*PodDNSConfig \
ReadinessGates:[PodReadinessGate] RuntimeClassName Overhead EnableServiceLinks \
TopologySpreadConstraints:[TopologySpreadConstraint] OS:*PodOS SchedulingGates:[PodSchedulingGate] \
ResourceClaims:[PodResourceClaim] Resources:*ResourceRequirements HostnameOverride SchedulingGroup
Volume Name:s HostPath:*HostPath EmptyDir:*EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret:*Secret \
NFS:*NFS ISCSI Glusterfs PersistentVolumeClaim:*Claim RBD Quobyte FlexVolume Cinder CephFS Flocker \
DownwardAPI:*DownwardAPI FC AzureFile ConfigMap:*ConfigMap VsphereVolume AzureDisk PhotonPersistentDisk \
Projected:*Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image:*Image
HostPath Path:s Type
EmptyDir Medium:s SizeLimit
Secret SecretName:s Items:[KeyToPath] DefaultMode Optional
NFS Server:s Path:s ReadOnly:b
Claim ClaimName:s ReadOnly:b
DownwardAPI Items:[DownwardAPIFile] DefaultMode
DownwardAPIFile Path:s FieldRef:*FieldRef ResourceFieldRef:*ResourceFieldRef Mode
FieldRef APIVersion:s FieldPath:s
ResourceFieldRef ContainerName:s Resource:s Divisor
ConfigMap Name:s Items:[KeyToPath] DefaultMode Optional
KeyToPath Key:s Path:s Mode
Projected Sources:[Projection] DefaultMode
Projection Secret:*NamedItems DownwardAPI:*DownwardAPIItems ConfigMap:*NamedItems ServiceAccountToken:*Token \
ClusterTrustBundle PodCertificate
NamedItems Name:s Items:[KeyToPath] Optional
DownwardAPIItems Items:[DownwardAPIFile]
Token Audience:s ExpirationSeconds:i Path:s
Image Reference:s PullPolicy:s
Container Name:s Image:s Command Args WorkingDir:s Ports:[ContainerPort] EnvFrom:[EnvFrom] Env:[EnvVar] \
Resources:ResourceRequirements ResizePolicy:[ResizePolicy] RestartPolicy RestartPolicyRules \
VolumeMounts:[VolumeMount] VolumeDevices:[VolumeDevice] LivenessProbe:*Probe ReadinessProbe:*Probe \
StartupProbe:*Probe Lifecycle:*Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s \
SecurityContext:*SecurityContext Stdin:b StdinOnce:b TTY:b
EphemeralContainer Name:s Image:s Command Args WorkingDir:s Ports:[ContainerPort] EnvFrom:[EnvFrom] Env:[EnvVar] \
Resources:ResourceRequirements ResizePolicy:[ResizePolicy] RestartPolicy RestartPolicyRules \
VolumeMounts:[VolumeMount] VolumeDevices:[VolumeDevice] LivenessProbe:*Probe ReadinessProbe:*Probe \
StartupProbe:*Probe Lifecycle:*Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s \
SecurityContext:*SecurityContext Stdin:b StdinOnce:b TTY:b TargetContainerName:s
ContainerPort Name:s HostPort:i ContainerPort:i Protocol:s HostIP:s
EnvFrom Prefix:s ConfigMapRef:*Reference SecretRef:*Reference
Reference Name:s Optional
EnvVar Name:s Value:s ValueFrom:*ValueFrom
ValueFrom FieldRef:*FieldRef ResourceFieldRef:*ResourceFieldRef ConfigMapKeyRef:*KeyRef SecretKeyRef:*KeyRef FileKeyRef
KeyRef Name:s Key:s Optional
ResourceRequirements Limits Requests Claims
ResizePolicy ResourceName:s RestartPolicy:s
VolumeMount Name:s ReadOnly:b RecursiveReadOnly MountPath:s SubPath:s MountPropagation SubPathExpr:s
VolumeDevice Name:s DevicePath:s
Probe Exec:*Exec HTTPGet:*HTTPGet TCPSocket:*TCPSocket GRPC:*GRPC InitialDelaySeconds:i TimeoutSeconds:i \
PeriodSeconds:i SuccessThreshold:i FailureThreshold:i TerminationGracePeriodSeconds
Exec Command
HTTPGet Path:s Port:i Host:s Scheme:s HTTPHeaders:[Header]
Header Name:s Value:s
TCPSocket Port:i Host:s
GRPC Port:i Service
Lifecycle PostStart:*Handler PreStop:*Handler StopSignal
Handler Exec:*Exec HTTPGet:*HTTPGet TCPSocket:*TCPSocket Sleep:*Sleep
Sleep Seconds:i
SecurityContext Capabilities:*Capabilities Privileged SELinuxOptions:*SELinux WindowsOptions RunAsUser RunAsGroup \
RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile:*Profile AppArmorProfile:*Profile
Capabilities Add Drop
SELinux User:s Role:s Type:s Level:s
Profile Type:s LocalhostProfile
PodSecurityContext HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace HostUsers SELinuxOptions:*SELinux \
WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup \
FSGroupChangePolicy Sysctls SeccompProfile:*Profile AppArmorProfile:*Profile SELinuxChangePolicy
LocalObjectReference Name:s
Affinity NodeAffinity PodAffinity PodAntiAffinity
Toleration Key:s Operator:s Value:s Effect:s TolerationSeconds
HostAlias IP:s Hostnames
PodDNSConfig Nameservers Searches Options
PodReadinessGate ConditionType:s
TopologySpreadConstraint MaxSkew:i TopologyKey:s WhenUnsatisfiable:s LabelSelector MinDomains NodeAffinityPolicy \
NodeTaintsPolicy MatchLabelKeys
PodOS Name:s
PodSchedulingGate Name:s
PodResourceClaim Name:s ResourceClaimName ResourceClaimTemplateName
"""
_ZERO: dict[str, object] = {"s": "", "i": 0, "b": False}
_IN_SECURITY_CONTEXT = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")


def between(before: dict, after: dict) -> str:
    """A unified diff of both specs, three lines around each change."""
    changed = difflib.unified_diff(_lines(before), _lines(after), lineterm="")
    return "".join(f"{line}\n" for line in list(changed)[2:])


def _lines(spec: dict) -> list[str]:
    text = json.dumps(internal("PodSpec", _moved(spec)), indent=1, ensure_ascii=False)
    for character, escaped in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(character, escaped)
    return text.splitlines()


def _moved(spec: dict) -> dict:
    """The internal spec holds the host's namespaces within securityContext."""
    moved = {field: spec[field] for field in _IN_SECURITY_CONTEXT if field in spec}
    return spec | {"securityContext": spec.get("securityContext", {}) | moved}


@cache
def _fields(struct: str) -> list[tuple[str, str]]:
    line = next(line for line in _STRUCTS.splitlines() if line.startswith(f"{struct} "))
    return [tuple(word.partition(":")[::2]) for word in line.split()[1:]]  # type: ignore[misc]


def internal(struct: str, value: dict) -> dict:
    """The struct that Go would print. Go's names and the API's differ in case only."""
    by_name = {key.lower(): item for key, item in value.items()}
    return {name: _field(kind, by_name.get(name.lower())) for name, kind in _fields(struct)}


def _field(kind: str, value: object) -> object:
    if kind in _ZERO:
        return _ZERO[kind] if value is None else value
    if kind.startswith("["):
        return [internal(kind[1:-1], item) for item in value] if value else None  # type: ignore[attr-defined]
    if kind.startswith("*"):
        return None if value is None else internal(kind[1:], value)  # type: ignore[arg-type]
    if kind:
        return internal(kind, value or {})  # type: ignore[arg-type]
    return dict(sorted(value.items())) if isinstance(value, dict) else value
