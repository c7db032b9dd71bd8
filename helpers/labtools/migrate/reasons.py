"""Why an annotation is answered differently, or not at all: the sentences behind the keys of annotations.yaml."""

from labcore.language.messages import phrase

_SERVICE = phrase("Traefik's own provider reads it from an annotation of the Service, not of the Ingress.")
_NOT_READ = phrase("Traefik's provider does not read this annotation.")
_EXTERNAL = phrase("HTTPRoute v1 has no filter for external authentication in the standard channel.")

REASONS: dict[str, str] = {
    "all-or-none": phrase("Traefik asks for every condition that is set; one of several is never enough."),
    "allowed-headers": phrase("Traefik answers 503 unless its flag globalAllowedResponseHeaders names each header."),
    "any-depth": phrase("Go accepts a chain of any length, so that the depth is no limit."),
    "auth-headers-differ": phrase(
        "The authentication service gets X-Forwarded-Uri and X-Forwarded-Method, not X-Original-URL and "
        "X-Original-Method, and what it answers beside 2xx goes to the client as it is."
    ),
    "authorization-kept": phrase("Traefik's provider passes the Authorization header on to the application."),
    "backend-tls-policy": phrase("A BackendTLSPolicy says how a Gateway speaks TLS to a Service."),
    "bucket": phrase(
        "Traefik counts with a token bucket and answers 429, where nginx has a leaky bucket and answers 503."
    ),
    "canary-each-time": phrase(
        "A canary's header decides each request anew with Traefik; nginx keeps a client where its session cookie says, "
        "unless this is `legacy`."
    ),
    "certificate-header": phrase(
        "The certificate comes in another form; X-Forwarded-Tls-Client-Cert is Traefik's own header."
    ),
    "client-headers": phrase(
        "Without a valid certificate the TLS handshake fails, where nginx answers 400; and the headers ssl-client-* "
        "that a client sends reach the application."
    ),
    "cookie-secure": phrase("Over HTTPS nginx marks its cookie as Secure, Traefik only with session-cookie-secure."),
    "cors-origins": phrase("Traefik adds the headers for a matching Origin only, and does not know `https://*.a.com`."),
    "cors-preflight": phrase("Traefik answers a preflight with 200, nginx with 204, and only requests with an Origin."),
    "endpoints-only": phrase("A Gateway sends to the Pods behind a Service, not to its address."),
    "engines": phrase("nginx reads the expression with PCRE, Traefik with RE2; each has its own order of paths."),
    "error-page-by-hand": phrase("A Middleware `errors` is written by hand, with the Service, its port and a path."),
    "forward-get-only": phrase("Traefik asks the authentication service with GET, or with the request's own method."),
    "global-auth-flag": phrase(
        "It counts with Traefik's flag globalAuthURL, in the place of the ConfigMap's setting; without these no "
        "request shows it."
    ),
    "go-chooses": phrase("Go chooses among the ciphers of TLS by itself."),
    "handshake-fails": phrase("Without a valid certificate the TLS handshake fails, where nginx answers 400."),
    "header-size": phrase("Traefik takes longer headers of an application than the buffer would hold in nginx."),
    "headers-by-default": phrase(
        "nginx answers 503 until an administrator allows the header by name; here it is set at once."
    ),
    "hop-by-hop": phrase("Traefik sets the Connection header by itself."),
    "http-1-1-only": phrase("Traefik speaks HTTP/1.1 or HTTP/2 to a Service; 1.0 it does not speak."),
    "keeps-connections": phrase("Traefik keeps its connections to the authentication service open by itself."),
    "limit-429": phrase("Above the limit Traefik answers 429, nginx 503."),
    "limits-all": phrase("The limit counts for these clients too: Traefik has no exceptions."),
    "native-service": _SERVICE,
    "never-rebalances": phrase(
        "Traefik's cookie keeps its Pod as long as that lives; nginx balances anew by default when Pods come, which no "
        "request shows while they stay."
    ),
    "nginx-only": phrase("It is a function of nginx alone, and no answer depends on it."),
    "no-affinity": phrase("HTTPRoute v1 has no session affinity in the standard channel."),
    "no-auth-cache": phrase("Traefik asks the authentication service for every request, and keeps no answer."),
    "no-bandwidth": phrase("Traefik does not limit the bandwidth of an answer."),
    "no-basic-auth": phrase("HTTPRoute v1 has no filter that asks for a password."),
    "no-body-limit": phrase("HTTPRoute v1 does not limit the size of a body."),
    "no-canary": phrase("Traefik's own provider has no weights or header matches for an Ingress; HTTPRoutes have."),
    "no-cipher-field": phrase("A Gateway's listener has no field for the ciphers of TLS."),
    "no-client-certificates": phrase("Traefik's Gateway provider does not ask clients for certificates."),
    "no-common-name": phrase("Traefik checks who signed a client's certificate, not the name in it."),
    "no-cookie-match": phrase("HTTPRoute matches headers, not single cookies."),
    "no-cookie-rewrite": phrase("Traefik does not rewrite the cookies that an application sets."),
    "no-cors-filter": phrase("Traefik's Gateway provider does not serve the CORS filter."),
    "no-denylist": phrase("Traefik has lists of allowed addresses, none of denied ones."),
    "no-error-pages": phrase("HTTPRoute v1 has no error pages."),
    "no-external-auth": _EXTERNAL,
    "no-fallback": phrase("There is no stand-in for a Service without Pods: the answer is 503."),
    "no-fastcgi": phrase("Traefik does not speak FastCGI."),
    "no-field-addresses": phrase("HTTPRoute v1 does not look at clients' addresses."),
    "no-global-auth": phrase("There is no authentication for all Ingresses from which one could be exempted."),
    "no-hash": phrase("Traefik's choice of a Pod does not depend on a value of the request here."),
    "no-hash-subset": phrase("Traefik's provider sends a value to one Pod, not to several."),
    "no-limits": phrase("HTTPRoute v1 does not limit requests."),
    "no-location-rewrite": phrase("Traefik does not rewrite the Location header of an application."),
    "no-log-field": phrase("An HTTPRoute says nothing of logs."),
    "no-mirror": phrase("Traefik copies requests only for its own kinds (TraefikService), not for this one."),
    "no-option-forward": phrase("Traefik's forwardAuth has no such option."),
    "no-retries": phrase("Traefik's Gateway provider does not serve retries."),
    "no-snippets": phrase("It is configuration of nginx; no other program reads it."),
    "no-waf": phrase("Traefik has no web application firewall of its own."),
    "not-buffered": phrase("Traefik streams bodies, so this has no counterpart."),
    "not-read": _NOT_READ,
    "nothing-to-do": phrase("Traefik changes nothing there in any case."),
    "only-when-asked": phrase('Traefik streams bodies unless the annotation says "on"; nginx buffers them by default.'),
    "only-logs": phrase("It decides what is logged; no answer shows that."),
    "only-memory": phrase(
        "It decides what of a body is held in memory, on Traefik beside proxy-request-buffering or proxy-buffering: "
        '"on" only; no answer shows that.'
    ),
    "other-cipher-names": phrase("A TLSOption takes Go's names of ciphers, not OpenSSL's; write it by hand."),
    "own-redirects": phrase("It changes redirects that nginx makes by itself; Traefik makes none of these."),
    "passthrough-flag": phrase(
        "ingress-nginx passes TLS through with its flag --enable-ssl-passthrough only, Traefik's provider in any case."
    ),
    "protocol-service": phrase("A Gateway reads the protocol from appProtocol of the Service's port."),
    "protocols-some": phrase("Traefik's provider speaks HTTP, HTTPS, GRPC and GRPCS, not AUTO_HTTP and FCGI."),
    "query-kept": phrase("An HTTPRoute's redirect keeps the query of the request; nginx' redirect has none."),
    "realm-traefik": phrase("Without auth-realm Traefik names the realm `traefik`, and nginx an empty one."),
    "redirect-301": phrase("Traefik's middleware answers a GET with 301, where nginx answers 308."),
    "redirect-methods": phrase("To other methods than GET Traefik answers 307 or 308, where nginx keeps 301 or 302."),
    "redirect-two-codes": phrase("Traefik's middleware answers a GET with 301 or 302, and others with 308 or 307."),
    "redirect-rest": phrase(
        "nginx redirects all other paths of the host, too, where this is its first Ingress and none has the path /; "
        "Traefik answers them with 404."
    ),
    "redirect-slash": phrase("nginx leaves the last slash of a path out when it sends on to HTTPS; Traefik keeps it."),
    "refused-500": phrase("Where the application's certificate is refused, Traefik answers 500 and nginx 502."),
    "regex-plain": phrase("The path is kept as a prefix: it ends at a slash, and letters count as they are written."),
    "response-limit": phrase(
        "Traefik answers 500 where an answer is longer than this and its buffers; nginx passes it on all the same."
    ),
    "retry-any-server": phrase("Traefik asks a Pod once more that was asked already; nginx asks each Pod once."),
    "retry-network-only": phrase("A Middleware `retry` is written by hand: nginx' conditions have no fields there."),
    "rewrite-forms": phrase("Two forms are taken: a whole path, and the rest behind a prefix, in the case written."),
    "rewrite-part": phrase("Without a group Traefik replaces the part that matched; nginx replaces the whole path."),
    "round-robin": phrase("Traefik takes the Pods in turn (round robin)."),
    "scheme-service": _SERVICE,
    "secret-map": phrase("Traefik reads lines of users from a Secret with one key; make a Secret of that form."),
    "signin-fixed": phrase("The address has no variables here, so that nobody is led back to the page they asked for."),
    "snippet-subset": phrase("Traefik reads a few directives, and only with its flag allowSnippetAnnotations."),
    "sticky-forgets": phrase("Where the Pod of a cookie is gone, Traefik always chooses anew."),
    "sticky-no-option": phrase("Traefik's cookie has no such option there."),
    "sticky-service": _SERVICE,
    "tcp-elsewhere": phrase("Traefik passes TLS through for its own kind IngressRouteTCP, not for an Ingress."),
    "timeouts-elsewhere": phrase("Traefik has its timeouts in a ServersTransport, which the Service names."),
    "timeouts-not-served": phrase("Traefik's Gateway provider does not serve the timeouts of a rule."),
    "tls-route": phrase("A TLSRoute passes TLS through, not an HTTPRoute."),
    "tracing-flag": phrase("Traefik traces by its own flags, for all or none."),
    "transport-elsewhere": phrase("Traefik has this in a ServersTransport, which the Service names."),
}
"""By key."""

UNKNOWN = phrase("ingress-nginx v1.15.1 knows no annotation of this name, and neither does any candidate.")
DEFAULT = phrase("The value is the default: there is nothing to carry over.")
