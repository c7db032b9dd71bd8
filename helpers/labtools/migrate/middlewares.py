"""Traefik's Middlewares (traefik.io/v1alpha1) that say what ingress-nginx' annotations say, in the order of nginx."""

from collections.abc import Callable, Iterator

from labcore.language.messages import phrase

from labtools.migrate import redirecting
from labtools.migrate.found import Found, Input
from labtools.migrate.plan import NoEquivalent, Plan
from labtools.migrate.values import number, size

Spec = dict
_CORS_HEADERS = (
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
)


def of(plan: Plan, given: Input) -> Iterator[tuple[str, Spec]]:
    """Each Middleware of an Ingress with the ending of its name; what cannot be is marked as absent in the plan."""
    for make in _MAKERS:
        try:
            yield from make(plan.found, given)
        except NoEquivalent as error:
            plan.absent(error.name, error.why)


def _app_root(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    root = found.said.get("app-root", "")
    if root.startswith("/"):
        yield "app-root", redirecting.to_root(root)


def _redirect(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    for name, usual in (("temporal-redirect", "302"), ("permanent-redirect", "301")):
        if name in found.said:
            code = found.said.get(f"{name}-code", usual).strip()
            if code not in ("301", "302", "307", "308"):
                raise NoEquivalent(f"{name}-code", phrase("Traefik's middleware has no code {code}", code=code))
            try:
                yield "redirect", redirecting.redirected(found.said[name], code in ("301", "308"))
            except NoEquivalent as error:
                raise NoEquivalent(name, error.why) from error
            return


def _limits(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    factor = number(found.said.get("limit-burst-multiplier", ""), 5) or 5
    for name, period in (("limit-rps", "1s"), ("limit-rpm", "1m")):
        if rate := number(found.said.get(name, ""), 0):
            yield name, {"rateLimit": {"average": rate, "period": period, "burst": rate * factor}}
    if most := number(found.said.get("limit-connections", ""), 0):
        criterion = {"sourceCriterion": {"ipStrategy": {"depth": 0}}}
        yield "limit-connections", {"inFlightReq": {"amount": most} | criterion}


def _addresses(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    name = "allowlist-source-range" if "allowlist-source-range" in found.said else "whitelist-source-range"
    ranges = [part.strip() for part in found.said.get(name, "").split(",") if part.strip()]
    if name in found.said and not ranges:
        raise NoEquivalent(name, phrase("it names no address"))
    if ranges:
        yield "allow", {"ipAllowList": {"sourceRange": ranges}}


def _password(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    kind = found.said.get("auth-type", "").strip().lower()
    if "auth-type" not in found.said:
        return
    if kind not in ("basic", "digest"):
        raise NoEquivalent("auth-type", phrase("there is no type {kind}", kind=kind))
    secret = _own_name("auth-secret", found, found.said.get("auth-secret", ""))
    beside = given.named("Secret", secret, found.home)
    keys = {*((beside or {}).get("data") or {}), *((beside or {}).get("stringData") or {})}
    if beside and len(keys) != 1:
        why = phrase("Traefik reads users from a Secret with one key, and Secret {name} has others", name=secret)
        raise NoEquivalent("auth-secret", why)
    realm = {"realm": found.said["auth-realm"]} if "auth-realm" in found.said else {}
    yield "auth", {f"{kind}Auth": {"secret": secret, "removeHeader": True} | realm}


def _external(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    if "auth-url" not in found.said:
        return
    made: dict = {"address": _fixed("auth-url", found)}
    if found.said.get("auth-signin"):
        made["authSigninURL"] = _fixed("auth-signin", found)
    if headers := _listed(found.said.get("auth-response-headers", "")):
        made["authResponseHeaders"] = headers
    yield "external-auth", {"forwardAuth": made}


def _cors(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    if not found.on("enable-cors"):
        return
    said = found.said
    made = {
        "accessControlAllowCredentials": found.on("cors-allow-credentials", default=True),
        "accessControlAllowHeaders": _listed(said.get("cors-allow-headers", _CORS_HEADERS)),
        "accessControlAllowMethods": _listed(said.get("cors-allow-methods", "GET,PUT,POST,DELETE,PATCH,OPTIONS")),
        "accessControlAllowOriginList": _listed(said.get("cors-allow-origin", "*")),
        "accessControlMaxAge": number(said.get("cors-max-age", ""), 1728000),
    }
    if exposed := _listed(said.get("cors-expose-headers", "")):
        made["accessControlExposeHeaders"] = exposed
    yield "cors", {"headers": made}


def _host(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    if "upstream-vhost" in found.said:
        yield "host", _asked({"Host": _fixed("upstream-vhost", found)})


def _prefix(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    if "x-forwarded-prefix" in found.said and found.said.get("rewrite-target"):
        yield "prefix", _asked({"X-Forwarded-Prefix": _fixed("x-forwarded-prefix", found)})


def _certificate(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    """What nginx says of the client's certificate, no client may say itself."""
    if "auth-tls-secret" in found.said:
        yield "certificate", _asked({f"Ssl-Client-{n}": "" for n in ("Cert", "Verify", "Subject-Dn", "Issuer-Dn")})


def _answered(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    if headers := response_headers(found, given):
        yield "headers", {"headers": {"customResponseHeaders": headers}}


def _asked(headers: dict[str, str]) -> Spec:
    return {"headers": {"customRequestHeaders": headers}}


def response_headers(found: Found, given: Input) -> dict[str, str]:
    """The headers of the ConfigMap that custom-headers names."""
    named = found.said.get("custom-headers", "").strip()
    if not named:
        return {}
    namespace, _, name = named.rpartition("/")
    beside = given.named("ConfigMap", name, namespace or found.home)
    if beside is None:
        raise NoEquivalent("custom-headers", phrase("its ConfigMap {name} is not among the manifests", name=named))
    return {str(key): str(value) for key, value in (beside.get("data") or {}).items()}


def _body(found: Found, given: Input) -> Iterator[tuple[str, Spec]]:
    if "proxy-body-size" in found.said:
        most = size(found.said["proxy-body-size"])
        if most is None:
            raise NoEquivalent("proxy-body-size", phrase("nginx has no such size"))
        if most:
            yield "body-size", {"buffering": {"maxRequestBodyBytes": most}}


def _own_name(name: str, found: Found, value: str) -> str:
    """The name of a Secret in the Ingress' own namespace."""
    namespace, _, own = value.strip().rpartition("/")
    if not own:
        raise NoEquivalent(name, phrase("it names no Secret"))
    if namespace and namespace != found.home:
        why = phrase("a Middleware reads Secrets of its own namespace only, and this one is in {name}", name=namespace)
        raise NoEquivalent(name, why)
    return own


def _fixed(name: str, found: Found) -> str:
    value = found.said[name].strip()
    if "$" in value:
        raise NoEquivalent(name, redirecting.VARIABLES)
    return value


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


_Maker = Callable[[Found, Input], Iterator[tuple[str, Spec]]]
_MAKERS: tuple[_Maker, ...] = (
    _app_root, _redirect, _limits, _addresses, _password, _external, _cors, _certificate, _host, _prefix,
    _answered, _body,
)  # fmt: skip
