"""/etc/resolv.conf and /etc/hosts of a Pod, as a kubelet writes them (pkg/kubelet/network/dns, kubelet_pods.go)."""

from pathlib import Path

from loopkube.node.dns.zone import DOMAIN

NDOTS = "ndots:5"
MACHINES = Path("/etc/resolv.conf")
_HOSTS = """# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""


def resolv_conf(pod: dict, server: str, others_too: bool = False) -> str:
    """`server` is the address of cluster DNS, `` where there is none.

    With `others_too` this machine's servers come after it: it forwards nothing, and every program reads this file.
    """
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    settings: dict[str, list[str]] = {"nameserver": [], "search": [], "options": []}
    policy = _policy(spec)
    if policy == "ClusterFirst" and server:
        settings["nameserver"].append(server)
        settings["search"] += [f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
        settings["options"].append(NDOTS)
        if others_too:
            machine: dict[str, list[str]] = {"nameserver": []}
            _read_machines(machine)
            settings["nameserver"] += machine["nameserver"]
    elif policy != "None":
        _read_machines(settings)
    _add(settings, spec.get("dnsConfig") or {})
    lines = [f"search {' '.join(settings['search'])}"] if settings["search"] else []
    lines += [f"nameserver {address}" for address in settings["nameserver"][:3]]
    lines += [f"options {' '.join(settings['options'])}"] if settings["options"] else []
    return "".join(f"{line}\n" for line in lines)


def _policy(spec: dict) -> str:
    """A Pod in the node's network asks as the node does, unless it says that it wants the cluster first."""
    policy = spec.get("dnsPolicy", "ClusterFirst")
    if policy == "ClusterFirst" and spec.get("hostNetwork"):
        return "Default"
    return "ClusterFirst" if policy == "ClusterFirstWithHostNet" else policy


def _read_machines(settings: dict[str, list[str]]) -> None:
    try:
        lines = MACHINES.read_text(errors="replace").splitlines()
    except OSError:
        return
    for words in map(str.split, lines):
        if words and words[0] in settings:
            settings[words[0]] = [*(settings[words[0]] if words[0] == "nameserver" else []), *words[1:]]


def _add(settings: dict[str, list[str]], config: dict) -> None:
    """What `dnsConfig` says besides; an option of the same name takes the other's place."""
    for word, more in (("nameserver", config.get("nameservers")), ("search", config.get("searches"))):
        settings[word] = list(dict.fromkeys([*settings[word], *(more or [])]))
    options = {option.partition(":")[0]: option for option in settings["options"]}
    for option in config.get("options") or []:
        value = option.get("value")
        options[option["name"]] = f"{option['name']}:{value}" if value else option["name"]
    settings["options"] = list(options.values())


def hosts(pod: dict, address: str, host_name: str) -> str:
    """The Pod's own name, and what `hostAliases` add."""
    metadata, spec = pod["metadata"], pod["spec"]
    names = [host_name]
    if spec.get("subdomain"):
        names.insert(0, f"{host_name}.{spec['subdomain']}.{metadata['namespace']}.svc.{DOMAIN}")
    text = _HOSTS + "\t".join([address, *names]) + "\n"
    aliases = ["\t".join([alias["ip"], *(alias.get("hostnames") or [])]) for alias in spec.get("hostAliases") or []]
    return text + ("\n# Entries added by HostAliases.\n" + "\n".join(aliases) + "\n" if aliases else "")
