"""A rule that the API gives the URL to, and that the controller left out: why, and what brings it back."""

from labcore.language.messages import after, phrase

from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.verdicts import DROPPED
from labtools.traefik.annotations import Settings
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.nginx import auth_secret
from labtools.traefik.own import PREFIX
from labtools.traefik.router import Router


def passed_over(claim: Claim, router: Router, findings: Findings) -> Fault | None:
    """None where nobody told a reason: the controller may not have seen the change yet."""
    ingress = claim.rule.ingress
    if router.dropped == "not there":
        if not findings.complaint:
            return None
        why = phrase(
            "Traefik has made no router of Ingress {ingress}; its log says: {complaint}.",
            ingress=ingress,
            complaint=findings.complaint,
        )
        return Fault("Rule", why, phrase("change that in Ingress {ingress}, or add what it names", ingress=ingress))
    if router.dropped == "auth secret":
        return _auth_secret(claim)
    if router.dropped == "external name":
        why = phrase(
            "Service {service} is of type ExternalName, and this Traefik passes over such Services.",
            service=claim.service,
        )
        return Fault(
            "Service",
            why,
            phrase(
                "start Traefik with --providers.kubernetesingress.allowexternalnameservices=true, or give the "
                "Service an EndpointSlice of your own in place of a name"
            ),
        )
    fix = phrase("change that in Ingress {ingress}, at {field}", ingress=ingress, field=claim.field)
    if router.dropped == "disabled":
        why = phrase(
            "Traefik has disabled the router of Ingress {ingress}: {problems}.",
            ingress=ingress,
            problems="; ".join(router.problems),
        )
        return Fault("Rule", why, _entry_point(claim, findings) if _names_entry_points(router) else fix)
    if router.dropped == "entry point":
        fix = _entry_point(claim, findings)
    return Fault(
        "Rule",
        phrase("Traefik passes over this rule: {reason}.", reason=after(": ", DROPPED[router.dropped])),
        fix,
    )


def _names_entry_points(router: Router) -> bool:
    return any("entryPoint" in problem for problem in router.problems)


def _entry_point(claim: Claim, findings: Findings) -> str:
    names = sorted(
        {name for scheme in ("http", "https") if findings.told for name in findings.told.entry_points(scheme)}
    )
    command = (
        f"kubectl -n {claim.namespace} annotate ingress {claim.rule.ingress} "
        f"{PREFIX}router.entrypoints={','.join(names)} --overwrite"
    )
    return phrase("name entry points that there are ({names}):\n  {command}", names=", ".join(names), command=command)


def _auth_secret(claim: Claim) -> Fault:
    namespace, name = auth_secret(claim.ingress)
    kind = Settings.of(claim.ingress).get("auth-type")
    why = phrase(
        "Ingress {ingress} asks for passwords (auth-type: {kind}), and namespace {namespace} has no Secret {secret} "
        "with a key auth; so Traefik passes over the Ingress.",
        ingress=claim.rule.ingress,
        secret=name or '""',
        namespace=namespace,
        kind=kind,
    )
    command = f"kubectl -n {namespace} create secret generic {name or 'NAME'} --from-file=auth"
    return Fault(
        "Rule", why, phrase("make it from a file called auth, as htpasswd writes it:\n  {command}", command=command)
    )
