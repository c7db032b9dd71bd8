"""What one request needs: the verb on its resource, and what shows only when the object is about to be stored."""

from loopkube.api import signers
from loopkube.api.authorization import Asked, Authorizer
from loopkube.api.credentials import User
from loopkube.api.escalation import Escalation
from loopkube.api.fields import single_name
from loopkube.api.query import Query
from loopkube.api.routing import STREAMS, Target
from loopkube.kinds import Kind
from loopkube.shared.status import forbidden


class Permission:
    """`check` before anything is read, `approve` with each object that is to be stored."""

    def __init__(self, authorizer: Authorizer, user: User, endpoint: Target, query: Query) -> None:
        self._authorizer, self._user, self._endpoint = authorizer, user, endpoint
        self._asked = Asked.of(endpoint, single_name(query.text("fieldSelector")))

    def check(self) -> None:
        """Raises 403."""
        self._authorizer.check(self._user, self._asked)
        if self._asked.subresource in STREAMS and self._asked.resource == "pods":
            # a WebSocket opens by GET; what it does is not reading (AuthorizePodWebsocketUpgradeCreatePermission)
            self._authorizer.check(self._user, self._asked._replace(verb="create"))

    def approve(self, kind: Kind, obj: dict, old: dict | None) -> None:
        """Raises 403 or 404."""
        if old is None and self._endpoint.verb != "create":
            self._approve_creation(kind)
        Escalation(self._authorizer, self._user).check(kind, obj, old)
        if kind.resource == signers.REQUESTS and old is not None:
            signers.check(self._authorizer, self._user, kind, self._endpoint.subresource, obj, old)

    def _approve_creation(self, kind: Kind) -> None:
        """An apply or an update that turns out to create."""
        name = self._endpoint.name
        if not self._authorizer.allows(self._user, self._asked._replace(verb="create")):
            raise forbidden(kind, name, "")
