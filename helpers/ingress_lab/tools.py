"""The verbs of a Lab behind which a tool of the command `lab` stands, loaded when it is used."""

from typing import TYPE_CHECKING

from labcore import clusters
from labcore.kube.api import Api

from ingress_lab.kube.aliases import Aliases

if TYPE_CHECKING:
    from labtools.explain.explanation import Explanation
    from labtools.timeline.timeline import Timeline
    from labtools.trace.trace import Trace
    from labtools.urls.exploration import Exploration

    from ingress_lab.display.tables import Table
    from ingress_lab.http.pod_client import ClientPod


class Tools:
    """Explanations, pictures of real requests and changes, and the doctor: each of the Lab that it is a part of."""

    api: Api
    namespace: str
    entry: clusters.Entry
    cluster: str
    aliases: Aliases

    def _at_the_entry(self) -> None:
        raise NotImplementedError

    def explain(self, url: str, *, expected: str | None = None, probe: bool = True) -> "Explanation":
        """Why `url` gets its answer: by the API's rules, by the controller's, and where the way is broken.

        It is asked for once (`probe=False`: not at all); `expected` names the Service that should have answered.
        """
        self._at_the_entry()
        from labtools.explain.explain import explained

        return explained(
            url, self.api, self.entry, namespace=self.namespace, aliases=self.aliases, expected=expected, probe=probe
        )

    def trace(self, url: str, *, client: "ClientPod | None" = None, to: str = "") -> "Trace":
        """Send one real request, and follow it: a moving picture of its hops, with what each part took.

        `client` is a Pod that sends it (`lab.inside("red")`), `to` the Service of another controller to send it to.
        """
        if client is None:
            self._at_the_entry()
        from labtools.trace.tracing import traced

        return traced(self, url, client, to)  # type: ignore[arg-type]

    def timeline(self, url: str = "", timeout: float = 20) -> "Timeline":
        """Watch what a change sets going: `with lab.timeline(url) as change:`, a command in it; then show `change`."""
        from labtools.timeline.timeline import Timeline

        return Timeline(self, url, timeout)  # type: ignore[arg-type]

    def explore_urls(self, url: str) -> "Exploration":
        """Every live rule, and who wins by the API, by Traefik and by nginx: `a.example.com/cart`; nothing is sent."""
        from labtools.urls.explore import of_cluster

        return of_cluster(url, self.api, self.namespace)

    def doctor(self) -> "Table":
        """What is well on this machine and cluster, and what is not: why it matters, and the command that fixes it."""
        from labtools.doctor import doctor

        return doctor(self.cluster)
