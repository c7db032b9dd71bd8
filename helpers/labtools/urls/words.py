"""What the page's script says, so that the page can carry it in both languages: every template of the three readers."""

from labcore.language.messages import phrase

from labtools.explain.verdicts import DROPPED
from labtools.urls import nginx_config

READERS = (
    # of several
    phrase("another host"),
    phrase("another path"),
    phrase("upper and lower case differ"),
    phrase("Exact means exactly {path}"),
    phrase("{path} ends inside a part of the path; a prefix ends at a slash"),
    phrase("taken only when no rule fits"),
    phrase("not looked at"),
    phrase("(default backend)"),
    # the API's text
    phrase("a wildcard stands for one label only"),
    phrase("a longer path goes first: {path}"),
    phrase("Exact goes before Prefix"),
    phrase("may win: the API gives no order of two Ingresses with the same host and path"),
    phrase("may win: the API gives no order of hosts that fit"),
    phrase("wins: no rule fits, so the default backend takes it"),
    phrase("wins"),
    phrase("the API gives no order of the rules that fit"),
    phrase("no rule fits"),
    # Traefik
    DROPPED["default with rules"],
    DROPPED["written twice"],
    phrase("undefined: another Ingress' rule has the same name inside Traefik, and one of the two is lost"),
    phrase("tie: {length} characters, as long as another's; the order is undefined"),
    phrase("wins: nothing else fits"),
    phrase("wins: the only rule that fits"),
    phrase("wins: the longest rule text that fits, {length} characters"),
    phrase("{length} characters: tried after the winner"),
    phrase("the host does not fit"),
    phrase("the path does not fit"),
    phrase("Traefik refuses this path before it looks at any rule"),
    phrase("no rule of the controller fits"),
    phrase("a tie: several rules are equally long, and their order is undefined"),
    phrase("only the router of the default backend is left"),
    # nginx
    nginx_config.OLDER,
    nginx_config.ODD,
    nginx_config.TWICE,
    nginx_config.REST_TAKEN,
    phrase("nginx refuses the configuration and keeps what it had: location {path} is there twice for {host}"),
    phrase("nginx refuses this URL before it looks at any rule"),
    phrase("location {path} redirects to the path with a slash at its end"),
    phrase("no path of server {host} fits, so nginx answers 404"),
    phrase("location {path} of server {host}"),
    phrase("redirects to {path}"),
    phrase("wins: no path of this server fits"),
    phrase("wins: an equal location ends the search"),
    phrase("wins: the longest location that fits, {path}"),
    phrase("an equal location ends the search: {path}"),
    phrase("a longer location goes first: {path}"),
    phrase("server {host} has this host, and nginx looks into no other"),
    phrase("what no path of server {host} takes goes elsewhere"),
)
TYPING = (
    phrase('"{host}" is not a host; write a name, perhaps with a port, and then the path: shop.example.com/cart'),
    phrase("a URL holds no space; write it percent-encoded: %20"),
    phrase("five words: Ingress, host, pathType, path, Service; - for none"),
    phrase("a default backend has neither host nor path: write - for both"),
    phrase("{type} is not a pathType: Prefix, Exact, ImplementationSpecific, or default"),
    phrase("a path begins with a slash: {path}"),
    phrase("{host} is not a host that the API takes: small letters, digits, - and dots; *. at its beginning only"),
)


def of_readers() -> dict[str, str]:
    """{template: as the reader's language has it}, the braces as they are."""
    return {str.__str__(one): str(one) for one in READERS}


def of_page() -> dict[str, str]:
    """The same with what is said of what somebody typed."""
    return of_readers() | {str.__str__(one): str(one) for one in TYPING}
