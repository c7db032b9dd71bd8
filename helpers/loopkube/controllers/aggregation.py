"""ClusterRoles that gather the rules of others (`aggregationRule`): their `rules` are written here.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles.
"""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.shared import labels
from loopkube.shared.clock import Clock

CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io"


def selectors_of(role: dict) -> list[dict]:
    """The label selectors of the ClusterRoles whose rules this one gathers; [] for most roles."""
    return (role.get("aggregationRule") or {}).get("clusterRoleSelectors") or []


def gathered(role: dict, roles: list[dict]) -> list[dict]:
    """The rules of all roles that `role` selects, by the roles' names, each rule once."""
    rules: list[dict] = []
    name = role["metadata"]["name"]
    for other in sorted(roles, key=lambda other: other["metadata"]["name"]):
        selected = any(labels.matches(selector, labels.labels_of(other)) for selector in selectors_of(role))
        if selected and other["metadata"]["name"] != name:
            rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules


class ClusterRoleAggregationController(Controller):
    """Gathers the rules of selected ClusterRoles in another one (pkg/controller/clusterroleaggregation)."""

    component = "clusterrole-aggregation-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._roles = self.follow(CLUSTER_ROLES, self._role_changed)

    def _role_changed(self, type: str, obj: dict, old: dict | None) -> None:
        """Any role may be part of any aggregated one."""
        for role in self._roles.items.values():
            if selectors_of(role):
                self.queue.add(role["metadata"]["name"])

    async def reconcile(self, key: str) -> None:
        """Gathers anew; writes only where the rules differ, as each write of a ClusterRole asks again."""
        role = self._roles.get("", key)
        if role is None or not selectors_of(role):
            return
        rules = gathered(role, list(self._roles.items.values()))
        if rules != (role.get("rules") or []):
            # of the role that was read: its selectors may have changed since, and these are the rules of the old ones
            version = role["metadata"]["resourceVersion"]
            patch = {"metadata": {"resourceVersion": version}, "rules": rules or None}
            await self.client.patch(CLUSTER_ROLES, key, patch)
