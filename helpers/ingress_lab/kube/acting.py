"""What the verbs `apply` and `wait` do, as rows: a command that shows no table need not load what makes one."""

from typing import TYPE_CHECKING

from labcore.kube.discovery import Resource

from ingress_lab.kube import endpoint_wait
from ingress_lab.kube.apply import apply
from ingress_lab.kube.conditions import Missing, condition
from ingress_lab.kube.wait import Wait
from ingress_lab.manifests import Source, load

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


def applied(lab: "Lab", source: Source) -> list[dict[str, object]]:
    """Each object of the source, and whether it was created or changed."""
    done = apply(lab.api, lab.tenancy.documents(lab.api, load(source)), lab.namespace)
    return [{"object": one.title, "result": one.result} for one in done]


def waited(
    lab: "Lab", resource: Resource, scope: str, name: str, wanted: str | Missing | None, timeout: float
) -> list[dict[str, object]]:
    """Each object that was waited for, and the condition; returns when it is true of all."""
    until = condition(resource.kind, wanted)
    shown = lambda obj: lab.aliases.of_object(obj, resource.kind)  # noqa: E731
    waited = Wait(lab.api, resource, scope, name, until, timeout, shown=shown)
    objects = waited.run()
    if resource.kind in endpoint_wait.KINDS:
        endpoint_wait.wait_followed(lab.api, scope)
    lab.aliases.show(objects, resource.kind)
    names = sorted(map(shown, objects)) or [lab.aliases.in_text(name)]
    return [{"object": f"{resource.title}/{n}", "condition": waited.condition.name} for n in names]
