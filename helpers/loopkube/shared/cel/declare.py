"""The functions that Kubernetes adds to CEL, for the type checker: one line for each overload.

`type.name(types) -> result` is a member function, `name(types) -> result` is none. The overloads have no names here:
the checker never shows them.
"""

TYPES = {
    "URL": "net.URL",
    "IP": "net.IP",
    "CIDR": "net.CIDR",
    "Quantity": "kubernetes.Quantity",
    "Semver": "kubernetes.Semver",
    "Format": "kubernetes.NamedFormat",
    "Authorizer": "kubernetes.authorization.Authorizer",
    "PathCheck": "kubernetes.authorization.PathCheck",
    "GroupCheck": "kubernetes.authorization.GroupCheck",
    "ResourceCheck": "kubernetes.authorization.ResourceCheck",
    "Decision": "kubernetes.authorization.Decision",
}
_NUMBERS = ("int", "uint", "double", "duration")
_COMPARABLE = (*_NUMBERS, "string", "bool", "timestamp", "bytes")
_FORMATS = (
    "dns1123Label dns1123Subdomain dns1035Label qualifiedName dns1123LabelPrefix dns1123SubdomainPrefix "
    "dns1035LabelPrefix labelValue uri uuid byte date datetime"
)

BASE = """
url(string) -> URL
isURL(string) -> bool
URL.getScheme() -> string
URL.getHost() -> string
URL.getHostname() -> string
URL.getPort() -> string
URL.getEscapedPath() -> string
URL.getQuery() -> map<string,list<string>>
string.find(string) -> string
string.findAll(string) -> list<string>
string.findAll(string, int) -> list<string>
quantity(string) -> Quantity
isQuantity(string) -> bool
sign(Quantity) -> int
Quantity.isGreaterThan(Quantity) -> bool
Quantity.isLessThan(Quantity) -> bool
Quantity.compareTo(Quantity) -> int
Quantity.asApproximateFloat() -> double
Quantity.asInteger() -> int
Quantity.isInteger() -> bool
Quantity.add(Quantity) -> Quantity
Quantity.add(int) -> Quantity
Quantity.sub(Quantity) -> Quantity
Quantity.sub(int) -> Quantity
ip(string) -> IP
isIP(string) -> bool
ip.isCanonical(string) -> bool
string(IP) -> string
IP.family() -> int
IP.isUnspecified() -> bool
IP.isLoopback() -> bool
IP.isLinkLocalMulticast() -> bool
IP.isLinkLocalUnicast() -> bool
IP.isGlobalUnicast() -> bool
cidr(string) -> CIDR
isCIDR(string) -> bool
string(CIDR) -> string
CIDR.containsIP(string) -> bool
CIDR.containsIP(IP) -> bool
CIDR.containsCIDR(string) -> bool
CIDR.containsCIDR(CIDR) -> bool
CIDR.ip() -> IP
CIDR.prefixLength() -> int
CIDR.masked() -> CIDR
semver(string) -> Semver
semver(string, bool) -> Semver
isSemver(string) -> bool
isSemver(string, bool) -> bool
Semver.isGreaterThan(Semver) -> bool
Semver.isLessThan(Semver) -> bool
Semver.compareTo(Semver) -> int
Semver.major() -> int
Semver.minor() -> int
Semver.patch() -> int
string.charAt(int) -> string
string.indexOf(string) -> int
string.indexOf(string, int) -> int
string.lastIndexOf(string) -> int
string.lastIndexOf(string, int) -> int
list<string>.join() -> string
list<string>.join(string) -> string
string.lowerAscii() -> string
string.upperAscii() -> string
string.replace(string, string) -> string
string.replace(string, string, int) -> string
string.split(string) -> list<string>
string.split(string, int) -> list<string>
string.substring(int) -> string
string.substring(int, int) -> string
string.trim() -> string
string.format(list<dyn>) -> string
strings.quote(string) -> string
Format.validate(string) -> optional_type<list<string>>
format.named(string) -> optional_type<Format>
Authorizer.path(string) -> PathCheck
Authorizer.group(string) -> GroupCheck
Authorizer.serviceAccount(string, string) -> Authorizer
GroupCheck.resource(string) -> ResourceCheck
ResourceCheck.subresource(string) -> ResourceCheck
ResourceCheck.namespace(string) -> ResourceCheck
ResourceCheck.name(string) -> ResourceCheck
ResourceCheck.fieldSelector(string) -> ResourceCheck
ResourceCheck.labelSelector(string) -> ResourceCheck
PathCheck.check(string) -> Decision
ResourceCheck.check(string) -> Decision
Decision.errored() -> bool
Decision.error() -> string
Decision.allowed() -> bool
Decision.reason() -> string
"""


def lines(patches: bool) -> list[str]:
    """Every overload; those of patches for mutations alone."""
    declared = BASE.split("\n")[1:-1]
    for kind in _NUMBERS:
        declared.append(f"list<{kind}>.sum() -> {kind}")
    for kind in _COMPARABLE:
        declared.append(f"list<{kind}>.isSorted() -> bool")
        declared += [f"list<{kind}>.{name}() -> {kind}" for name in ("min", "max")]
    declared += [f"list<dyn>.{name}(dyn) -> int" for name in ("indexOf", "lastIndexOf")]
    declared += [f"string({kind}) -> string" for kind in _COMPARABLE]
    declared += [f"format.{name}() -> Format" for name in _FORMATS.split()]
    return [*declared, "jsonpatch.escapeKey(string) -> string"] if patches else declared
