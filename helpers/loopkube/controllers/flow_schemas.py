"""FlowSchemas say whether the priority level that they name exists (apiserver/pkg/util/flowcontrol)."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.controllers.pods import condition
from loopkube.shared.clock import Clock
from loopkube.shared.status import quoted

RESOURCE, LEVELS = (
    "flowschemas.flowcontrol.apiserver.k8s.io",
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
)


class FlowSchemaController(Controller):
    """Keeps the condition Dangling."""

    component = "api-priority-and-fairness-config-consumer-v1"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._schemas, self._levels = self.follow(RESOURCE), self.follow(LEVELS)
        self._by_level = self._schemas.index("level", lambda schema: (_level(schema),))
        self._schemas.on_change(self._schema_changed)
        self._levels.on_change(self._level_changed)

    def _schema_changed(self, type: str, schema: dict, old: dict | None) -> None:
        if type != "DELETED":
            self.queue.add(schema["metadata"]["name"])

    def _level_changed(self, type: str, level: dict, old: dict | None) -> None:
        if type != "MODIFIED":
            for schema in self._by_level.of(level["metadata"]["name"]):
                self.queue.add(schema["metadata"]["name"])

    async def reconcile(self, key: str) -> None:
        """Writes whether the schema's priority level is there (condition Dangling)."""
        schema = self._schemas.get("", key)
        if schema is None:
            return
        desired, current = self._dangling(schema), condition(schema, "Dangling")
        if current and all(current.get(field) == value for field, value in desired.items()):
            return
        if not current or current["status"] != desired["status"]:
            desired["lastTransitionTime"] = self.clock.stamp()
        patch = {"metadata": {"uid": schema["metadata"]["uid"]}, "status": {"conditions": [desired]}}
        await self.client.patch(RESOURCE, key, patch, subresource="status", type="strategic")

    def _dangling(self, schema: dict) -> dict:
        exists = self._levels.get("", _level(schema)) is not None
        about = f"This FlowSchema references the PriorityLevelConfiguration object named {quoted(_level(schema))}"
        return {
            "type": "Dangling",
            "status": "False" if exists else "True",
            "reason": "Found" if exists else "NotFound",
            "message": f"{about} and it exists" if exists else f"{about} but there is no such object",
        }


def _level(schema: dict) -> str:
    return (schema["spec"].get("priorityLevelConfiguration") or {}).get("name", "")
