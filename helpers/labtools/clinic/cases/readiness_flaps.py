"""A readiness probe is less patient than the application is slow, so that all Pods come and go."""

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The readiness probe gives up sooner than the application answers, so the Pods come and go."),
    phrase("The application crashes now and then, and is started anew."),
    phrase("One of the Pods is broken, and every second request meets it."),
    phrase("The controller is overloaded, and refuses some requests."),
    phrase("Two Ingresses claim the host, and the controller takes them in turn."),
)
_PROBE = "spec.template.spec.containers.0.readinessProbe"
_PATIENT, _IMPATIENT = {"timeoutSeconds": 5, "failureThreshold": 3}, {"timeoutSeconds": 1, "failureThreshold": 1}


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, every = draw.host(), draw.one((6, 7))
    rhythm = {"REFRESH": str(every), "WORK": "3"}
    healthy: list[dict] = [program()]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(name, port, env=rhythm, probe=_PATIENT), service(name)]
    healthy.append(ingress("screens", {host: {f"/{name}": (name, 80) for name in sorted(applications)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Deployment", sick, {f"{_PROBE}.{key}": value for key, value in _IMPATIENT.items()}),
        asks=[
            Ask(url, sick, sick=True, times=20, over=every + 1.0),
            *(Ask(f"http://{host}/{name}", name) for name in well),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            "At the box office {url} is an error 503, a few seconds later it works, and then it is gone again. It is "
            "always this page, all day long.", url=url,
        ),
        path=[
            Step(
                phrase("Is there a Pod behind the rule?"),
                f"kubectl get endpointslices -l kubernetes.io/service-name={sick} -o yaml --watch",
                phrase("Not always: `ready` changes from true to false and back."),
            ),
            Step(
                phrase("Do the Pods restart?"),
                "kubectl get pods --watch",
                phrase("RESTARTS stays 0; READY goes from 1/1 to 0/1 and back: their readiness changes, nothing else."),
            ),
            Step(
                phrase("What does the readiness probe say?"),
                f"kubectl describe pods -l app={sick}",
                phrase(
                    "It times out after 1 second, and one failure is enough. The application needs up to {work} "
                    "seconds when it reads its catalogue anew; the probes of its neighbours wait for it.",
                    work=rhythm["WORK"],
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("cinema", HARD, scene, _DIAGNOSES)
