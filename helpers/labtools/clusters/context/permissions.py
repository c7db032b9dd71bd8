"""May I? Asked of the cluster itself before anything is made, as `kubectl auth can-i` does.

One SelfSubjectRulesReview answers most of it; what it does not name is asked one by one (SelfSubjectAccessReview),
as the first may be incomplete.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
_WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@dataclass(frozen=True)
class Right:
    """A verb on a resource: `create` on `apps/deployments`."""

    verb: str
    resource: str

    @property
    def kind(self) -> str:
        """As kubectl names it: `deployments.apps`."""
        group, _, name = self.resource.rpartition("/")
        return f"{name}.{group}" if group else name


def _rights(verbs: str, *resources: str) -> tuple[Right, ...]:
    return tuple(Right(verb, resource) for resource in resources for verb in verbs.split())


WORK = (
    *_rights("create patch delete list watch", "configmaps", "services", "apps/deployments"),
    *_rights("create patch delete list watch", "networking.k8s.io/ingresses"),
    *_rights("create delete list watch", "pods"),
    *_rights("create delete list", "secrets"),
    *_rights("list", "events", "discovery.k8s.io/endpointslices"),
)
"""What the notebooks need in a namespace. `edit` is the ClusterRole that has all of it."""

NAMESPACES = _rights("create delete", "namespaces")


def missing(api: Api, rights: Iterable[Right], namespace: str = "") -> list[Right]:
    """The rights that this account does not have."""
    rules = _rules(api, namespace) if namespace else []
    return [r for r in rights if not any(_covers(rule, r) for rule in rules) and not _allowed(api, r, namespace)]


def require(api: Api, namespace: str) -> None:
    """Raise one error that names all that is missing in a namespace, and the command that fixes it."""
    lacking = missing(api, WORK, namespace)
    if not lacking:
        _require_namespace(api, namespace)
        return
    who = account(api)
    subject = _subject(who)
    raise LabError(
        phrase(
            '{who} may not, in namespace "{namespace}": {in_words}. An administrator of the '
            "cluster can allow it:\n"
            "  kubectl create rolebinding ingress-lab --namespace {namespace} --clusterrole edit "
            "{subject}\n"
            "or make everything that a participant needs: lab participant NAME\n"
            "Are your namespaces called otherwise? lab up --cluster context:NAME --prefix PREFIX",
            who=who or phrase("this account"),
            namespace=namespace,
            in_words=in_words(lacking),
            subject=subject,
        )
    )


def in_words(rights: Iterable[Right]) -> str:
    """`create and delete configmaps; list pods`."""
    verbs: dict[str, list[str]] = {}
    for right in rights:
        verbs.setdefault(right.kind, []).append(right.verb)
    return "; ".join(f"{', '.join(said)} {kind}" for kind, said in verbs.items())


def _require_namespace(api: Api, namespace: str) -> None:
    """Either it is there, or this account may make it."""
    if not missing(api, NAMESPACES) or _exists(api, namespace):
        return
    raise LabError(
        phrase(
            '{account} may not create namespaces, and there is no "{namespace}". An '
            "administrator can make it:\n"
            "  kubectl create namespace {namespace}\n"
            "  kubectl label namespace {namespace} app.kubernetes.io/managed-by=ingress-lab\n"
            "or make everything that a participant needs: lab participant NAME",
            account=account(api) or phrase("this account"),
            namespace=namespace,
        )
    )


def _exists(api: Api, namespace: str) -> bool:
    try:
        api.request("get", f"/api/v1/namespaces/{namespace}")
    except Refused:
        return False
    return True


def account(api: Api) -> str:
    """Who the cluster takes us for; "" if it does not say."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        answer = api.request("post", _WHOAMI, review)
    except Refused:
        return ""
    return answer.get("status", {}).get("userInfo", {}).get("username", "")


def _subject(who: str) -> str:
    parts = who.split(":")
    if parts[:2] == ["system", "serviceaccount"]:
        return f"--serviceaccount {parts[2]}:{parts[3]}"
    return f"--user {who or 'NAME'}"


def _rules(api: Api, namespace: str) -> list[dict]:
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    return api.request("post", _RULES, review).get("status", {}).get("resourceRules") or []


def _covers(rule: dict, right: Right) -> bool:
    """Whether a rule gives a right on every object of its kind."""
    group, _, resource = right.resource.rpartition("/")
    asked = (("verbs", right.verb), ("apiGroups", group), ("resources", resource))
    return not rule.get("resourceNames") and all({word, "*"} & set(rule.get(field) or ()) for field, word in asked)


def _allowed(api: Api, right: Right, namespace: str) -> bool:
    group, _, resource = right.resource.rpartition("/")
    attributes = {"verb": right.verb, "group": group, "resource": resource, "namespace": namespace}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {key: value for key, value in attributes.items() if value}},
    }
    return bool(api.request("post", _REVIEWS, review).get("status", {}).get("allowed"))
