"""A rule that the API gives the URL to, and that the controller left out: why, and what brings it back."""

from ingress_lab.ingress.ingress_paths import Claim
from labcore.language.messages import after

from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.words import words
from labtools.traefik.annotations import Settings
from labtools.traefik.nginx import auth_secret
from labtools.traefik.own import PREFIX
from labtools.traefik.router import Router


def passed_over(claim: Claim, router: Router, found: Findings) -> Fault | None:
    """None where nobody told a reason: the controller may not have seen the change yet."""
    ingress = claim.rule.ingress
    if router.dropped == "not there":
        if not found.complaint:
            return None
        why = words("why complaint", ingress=ingress, complaint=found.complaint)
        return Fault("Rule", why, words("fix complaint", ingress=ingress))
    if router.dropped == "auth secret":
        return _auth_secret(claim)
    if router.dropped == "external name":
        why = words("why external name", service=claim.service)
        return Fault("Service", why, words("fix external name"))
    fix = words("fix ignored", ingress=ingress, field=claim.field)
    if router.dropped == "disabled":
        why = words("why disabled", ingress=ingress, problems="; ".join(router.problems))
        return Fault("Rule", why, _entry_point(claim, found) if _names_entry_points(router) else fix)
    if router.dropped == "entry point":
        fix = _entry_point(claim, found)
    return Fault("Rule", words("why ignored", reason=after(": ", words(f"dropped {router.dropped}"))), fix)


def _names_entry_points(router: Router) -> bool:
    return any("entryPoint" in problem for problem in router.problems)


def _entry_point(claim: Claim, found: Findings) -> str:
    names = sorted({name for scheme in ("http", "https") if found.told for name in found.told.entry_points(scheme)})
    command = (
        f"kubectl -n {claim.namespace} annotate ingress {claim.rule.ingress} "
        f"{PREFIX}router.entrypoints={','.join(names)} --overwrite"
    )
    return words("fix entry point", names=", ".join(names), command=command)


def _auth_secret(claim: Claim) -> Fault:
    namespace, name = auth_secret(claim.ingress)
    kind = Settings.of(claim.ingress).get("auth-type")
    why = words("why auth secret", ingress=claim.rule.ingress, secret=name or '""', namespace=namespace, kind=kind)
    command = f"kubectl -n {namespace} create secret generic {name or 'NAME'} --from-file=auth"
    return Fault("Rule", why, words("fix auth secret", command=command))
