"""The causes of failures that are known, and the words for each: what it is, and the exact next command.

Each pattern is from a recorded run (tests/recordings/kind), unless a comment names another source. The telling ones
come first: when Docker is down, kind prints 1.3 kB of JSON before it says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labcore.language.messages import phrase

from labtools.clusters.shared.install_hints import install, start_docker

LONGEST = 300  # characters of a program's own words that are shown; the log has all


@dataclass(frozen=True)
class ClusterFacts:
    """What the sentences need: the cluster's name, its kubeconfig, the lab's log and the kind file."""

    name: str
    kubeconfig: Path
    log: Path
    config: Path


@dataclass(frozen=True)
class Cause:
    """A failure's pattern, its name (for tests), and the advice for a person."""

    name: str
    pattern: str
    advice: Callable[[re.Match, ClusterFacts], str]


def _port(match: re.Match, cluster: ClusterFacts) -> str:
    owner = phrase("another container") if "allocated" in match[0] else phrase("a program of this machine")
    port = int(match["port"])
    option = "--https-port" if port in (443, 8443) else "--http-port"
    other = port + 1000 if port < 64000 else port - 1000
    look = f"docker ps --filter publish={port}" if "allocated" in match[0] else f"sudo lsof -i :{port}"
    return phrase(
        "port {port} of this machine is taken by {owner}. Who it is: {look}\n"
        "End that, or use another port:\n"
        "  lab up --cluster kind {option} {other}",
        port=port,
        owner=owner,
        look=look,
        option=option,
        other=other,
    )


def _exists(match: re.Match, cluster: ClusterFacts) -> str:
    return phrase(
        'there is a kind cluster "{name}" already (stopped nodes count, too), and this '
        "folder did not make it. If it may go:\n"
        "  kind delete cluster --name {name}\n"
        "or make one under another name:\n"
        "  INGRESS_LAB_KIND_NAME=lab2 lab up --cluster kind --http-port 9080 --https-port "
        "9443",
        name=match["name"],
    )


def _pull(match: re.Match, cluster: ClusterFacts) -> str:
    image = match["image"].partition("@")[0]
    why = next(
        (said for sign, said in _PULL_REASONS if re.search(sign, match.string)),
        phrase("the log has the registry's words"),
    )
    return phrase(
        "the image {image} cannot be pulled: {why}.\n"
        "Without a network, bring the images in a folder, saved on another machine by `lab "
        "images save FOLDER`:\n"
        "  lab images load FOLDER",
        image=image,
        why=why,
    )


_PULL_REASONS = (
    (r"no such host|Temporary failure in name resolution", phrase("no name server answers, or there is no network")),
    (r"i/o timeout|Client\.Timeout|TLS handshake timeout|connection refused", phrase("the registry does not answer")),
    (r"toomanyrequests|rate limit", phrase("Docker Hub's limit for this address is used up (docker login raises it)")),
    (r"manifest unknown|not found", phrase("the registry has no such image")),
    (r"x509|certificate", phrase("the registry's certificate is not trusted here (a proxy that opens TLS?)")),
    (r"denied|unauthorized", phrase("the registry refuses it to this account")),
)

CAUSES = (
    Cause(
        "docker-missing",
        r'exec: "docker": executable file not found',
        lambda match, cluster: phrase(
            "there is no program docker on PATH. Install it:\n  {install}", install=install("docker")
        ),
    ),
    Cause(
        "docker-permission",
        r"permission denied while trying to connect",
        lambda match, cluster: phrase(
            "this account may not use Docker. Let it, then log out and in again:\n  sudo usermod -aG docker $USER"
        ),
    ),
    Cause(
        "docker-down",
        # the second form: Docker 29 (docker/cli, "failed to connect to the docker API")
        r"Cannot connect to the Docker daemon|failed to connect to the docker API",
        lambda match, cluster: phrase(
            "Docker is not running. Start it:\n  {start_docker}\nthen the same command again",
            start_docker=start_docker(),
        ),
    ),
    Cause(
        "port-taken",
        r"(?:Bind for|bind host port for) [\d.:\[\]]*?:(?P<port>\d+)(?: failed: port is already "
        r"allocated|(?::[\d.]+:\d+/\w+)?: address already in use)",
        _port,
    ),
    # Docker before 28
    Cause("port-taken", r"listen tcp4? [\d.]+:(?P<port>\d+): bind: address already in use", _port),
    Cause("name-taken", r'already exist for a cluster with the name "(?P<name>[^"]+)"', _exists),
    Cause("image-pull", r'failed to pull image "(?P<image>[^"]+)"', _pull),
    # docker pull and docker run
    Cause("image-pull", r"(?:Unable to find image '|docker pull )(?P<image>[^'\s]+)", _pull),
    Cause(
        "kubelet",
        r"failed to (?:init|join) node with kubeadm.*?docker exec --privileged (?P<node>\S+) kubeadm",
        lambda match, cluster: phrase(
            "the kubelet of node {node} did not start, or kubeadm did not take its settings. The "
            "reason is in the node's own journal; keep the node, and read it:\n"
            "  lab up --cluster kind --retain\n"
            "  docker exec {node} journalctl --unit kubelet --no-pager\n"
            "Then: lab down --cluster kind --delete",
            node=match["node"],
        ),
    ),
    Cause(
        "kubeconfig-locked",
        r"failed to lock config file: open (?P<lock>.+?): file exists",
        lambda match, cluster: phrase(
            "{lock} was left by a kind that was killed. If no kind runs:\n  rm {lock}", lock=match["lock"]
        ),
    ),
    Cause(
        "kind-file",
        r"ERROR: failed to create cluster: (?P<why>(?:unable to decode config|unknown apiVersion|could not determine "
        r"kind / apiVersion|error reading file|\[?invalid configuration|must have at least one control-plane|"
        r"failed to generate kubeadm config content)[\s\S]*)",
        lambda match, cluster: phrase(
            "kind does not take {config}: {why}\nWas it changed? git diff {config}",
            config=cluster.config,
            why=" ".join(match["why"].split())[:LONGEST],
        ),
    ),
    Cause(
        "cluster-name",
        r"'(?P<name>[^']*)' is not a valid cluster name",
        lambda match, cluster: phrase(
            '"{name}" cannot be a cluster\'s name: small letters, digits, "." and "-" only (INGRESS_LAB_KIND_NAME)',
            name=match["name"],
        ),
    ),
    Cause(
        "kind-too-old",
        r"unknown flag: (?P<flag>--\S+)",
        lambda match, cluster: phrase(
            "this kind does not know {flag}; it is too old:\n  {install}", flag=match["flag"], install=install("kind")
        ),
    ),
    Cause(
        "no-cluster",
        r"no nodes found for cluster|could not locate any control plane nodes|context was not found",
        lambda match, cluster: phrase("there is no such kind cluster. Make it:\n  lab up --cluster kind"),
    ),
    Cause(
        "node-stopped",
        r"docker exec --privileged (?:-i )?(?P<node>\S+)[\s\S]*is not running",
        lambda match, cluster: phrase(
            "node {node} is stopped. Start it:\n  lab node start {node} --cluster kind", node=match["node"]
        ),
    ),
    Cause(
        "node-missing",
        r"No such container: (?P<node>\S+)",
        lambda match, cluster: phrase(
            "there is no node {node}. Which there are: lab node list --cluster kind", node=match["node"]
        ),
    ),
    Cause(
        "image-missing",
        r'image: "(?P<image>[^"]+)" not present locally',
        lambda match, cluster: phrase(
            "Docker does not have the image {image}:\n  docker pull {image}", image=match["image"]
        ),
    ),
    Cause(
        "image-index",
        # kind issue 3795: the containerd image store saves an index whose other platforms were never pulled
        r"content digest \S+ not found|content digest \S+: not found",
        lambda match, cluster: phrase("Docker saved an index of several platforms, of which only one is here"),
    ),
    Cause(
        "archive",
        r"ctr: unexpected EOF|stat (?P<file>\S+): no such file|open (?P<other>\S+): no such file|invalid tar header",
        lambda match, cluster: phrase(
            "{file} is not a whole image archive. Save it again:\n  lab images save FOLDER",
            file=match["file"] or match["other"] or phrase("the file"),
        ),
    ),
    Cause(
        "api-refused",
        r"The connection to the server (?P<where>\S+) was refused|connect: connection refused",
        lambda match, cluster: phrase(
            "the cluster's API does not answer: its control plane is stopped or still starting. "
            "Start it:\n"
            "  lab up --cluster kind"
        ),
    ),
    Cause(
        "disk",
        r"no space left on device",
        lambda match, cluster: phrase(
            "the disk is full. What Docker holds: docker system df; to free it: docker system prune"
        ),
    ),
)
