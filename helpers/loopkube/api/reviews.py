"""Questions to the API server that are asked by POST and stored nowhere: may I, may they, whose token is this.

`kubectl auth can-i` and `kubectl auth whoami` ask them, and controllers that serve others.
"""

from aiohttp import web

from loopkube.api import aside, representation
from loopkube.api.account_tokens import ISSUER
from loopkube.api.authorization import Asked, Authorizer
from loopkube.api.call import Call
from loopkube.api.chain.attributes import CREATE, Attributes
from loopkube.api.credentials import MASTERS, Credentials, User
from loopkube.api.decode import decode
from loopkube.api.responses import respond
from loopkube.api.verbs import Api
from loopkube.shared.status import bad_request

GROUPS = ("authorization.k8s.io", "authentication.k8s.io")
_ALL_RULES = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


async def answer(
    call: Call, user: User, api: Api, authorizer: Authorizer, credentials: Credentials
) -> web.StreamResponse:
    """Answers a SubjectAccessReview or one of its kin: judged and given back, never stored."""
    form, how, body_type = call.form(()), call.write_options("CreateOptions"), call.body_type()
    body, large = await call.body(), aside.LARGE_BODY
    review, warnings = await aside.compute(len(body) > large, decode, call.kind, body, body_type, how.field_validation)
    review.setdefault("metadata", {})
    spec = review.setdefault("spec", {})
    if api.chain.active:
        attributes = Attributes(CREATE, call.kind, review, None, api.lookup, namespace=call.namespace)
        attributes.of_write(how.user, how.dry_run, how.told("CreateOptions"), warnings)
        await aside.run(api, False, lambda api: api.admit_action(attributes))
    match call.kind.kind:
        case "SelfSubjectAccessReview":
            review["status"] = {"allowed": authorizer.allows(user, _asked(spec))}
        case "SubjectAccessReview":
            review["status"] = {"allowed": authorizer.allows(_subject(spec), _asked(spec))}
        case "LocalSubjectAccessReview":
            asked = _asked(spec)
            if asked.namespace != call.namespace:
                raise bad_request("spec.resourceAttributes.namespace must match metadata.namespace")
            review["status"] = {"allowed": authorizer.allows(_subject(spec), asked)}
        case "SelfSubjectRulesReview":
            review["status"] = _rules(authorizer, user, spec.get("namespace", ""))
        case "TokenReview":
            review["status"] = _token(credentials, api, spec)
        case _:
            review["status"] = {"userInfo": user.info()}
    return respond(representation.encode(review, form), 201, form.media, warnings)


def _asked(spec: dict) -> Asked:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) == (path is None):
        raise bad_request("exactly one of spec.resourceAttributes and spec.nonResourceAttributes must be specified")
    if resource is None:
        asked = path or {}
        return Asked(asked.get("verb", ""), path=asked.get("path", ""))
    fields = ("verb", "group", "resource", "subresource", "namespace", "name")
    return Asked(**{field: resource.get(field, "") for field in fields})


def _subject(spec: dict) -> User:
    if not spec.get("user") and not spec.get("groups"):
        raise bad_request("at least one of spec.user and spec.groups must be specified")
    return User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""))


def _rules(authorizer: Authorizer, user: User, namespace: str) -> dict:
    if MASTERS in user.groups:
        paths = [{"verbs": ["*"], "nonResourceURLs": ["*"]}]
        return {"resourceRules": [_ALL_RULES], "nonResourceRules": paths, "incomplete": False}
    rules = authorizer.rules(user, "") + (authorizer.rules(user, namespace) if namespace else [])
    return {
        "resourceRules": [rule for rule in rules if "resources" in rule],
        "nonResourceRules": [rule for rule in rules if "nonResourceURLs" in rule],
        "incomplete": False,
    }


def _token(credentials: Credentials, api: Api, spec: dict) -> dict:
    """For the audiences that are asked for; this cluster's where none is."""

    def find(resource: str, namespace: str, name: str) -> dict | None:
        stored = api.store.get(resource, namespace, name)
        return stored.obj if stored else None

    token, audiences = spec.get("token", ""), spec.get("audiences") or [ISSUER]
    user = credentials.authenticate(token, find, audiences)
    if user is None:
        return {"user": {}, "error": "invalid bearer token"}
    claims = credentials.tokens.read(token, audiences)
    meant = [audience for audience in audiences if claims is None or audience in claims["aud"]]
    return {"authenticated": True, "user": user.info(), "audiences": meant}
