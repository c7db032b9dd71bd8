"""The causes of failures that are known, and the words for each: what it is, and the exact next command.

Each pattern is from a recorded run (tests/recordings/kind), unless a comment names another source. The telling ones
come first: when Docker is down, kind prints 1.3 kB of JSON before it says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingress_lab.installing import install, start_docker

LONGEST = 300  # characters of a program's own words that are shown; the log has all


@dataclass(frozen=True)
class Place:
    """What the sentences need: the cluster's name, its kubeconfig, the lab's log and the kind file."""

    name: str
    kubeconfig: Path
    log: Path
    config: Path


@dataclass(frozen=True)
class Cause:
    """A failure's pattern, its name (for tests), and the words for it."""

    name: str
    pattern: str
    words: Callable[[re.Match, Place], str]


def _port(found: re.Match, place: Place) -> str:
    owner = "another container" if "allocated" in found[0] else "a program of this machine"
    port = int(found["port"])
    option = "--https-port" if port in (443, 8443) else "--http-port"
    other = port + 1000 if port < 64000 else port - 1000
    look = f"docker ps --filter publish={port}" if "allocated" in found[0] else f"sudo lsof -i :{port}"
    return (
        f"port {port} of this machine is taken by {owner}. Who it is: {look}\n"
        f"End that, or use another port:\n  lab up --cluster kind {option} {other}"
    )


def _exists(found: re.Match, place: Place) -> str:
    return (
        f'there is a kind cluster "{found["name"]}" already (stopped nodes count, too), and this folder did not make '
        f"it. If it may go:\n  kind delete cluster --name {found['name']}\n"
        "or make one under another name:\n  INGRESS_LAB_KIND_NAME=lab2 lab up --cluster kind --http-port 9080 "
        "--https-port 9443"
    )


def _pull(found: re.Match, place: Place) -> str:
    image = found["image"].partition("@")[0]
    why = next(
        (said for sign, said in _PULL_REASONS if re.search(sign, found.string)), "the log has the registry's words"
    )
    return (
        f"the image {image} cannot be pulled: {why}.\n"
        "Without a network, bring the images in a folder, saved on another machine by `lab images save FOLDER`:\n"
        "  lab images load FOLDER"
    )


_PULL_REASONS = (
    (r"no such host|Temporary failure in name resolution", "no name server answers, or there is no network"),
    (r"i/o timeout|Client\.Timeout|TLS handshake timeout|connection refused", "the registry does not answer"),
    (r"toomanyrequests|rate limit", "Docker Hub's limit for this address is used up (docker login raises it)"),
    (r"manifest unknown|not found", "the registry has no such image"),
    (r"x509|certificate", "the registry's certificate is not trusted here (a proxy that opens TLS?)"),
    (r"denied|unauthorized", "the registry refuses it to this account"),
)

CAUSES = (
    Cause(
        "docker-missing",
        r'exec: "docker": executable file not found',
        lambda found, place: f"there is no program docker on PATH. Install it:\n  {install('docker')}",
    ),
    Cause(
        "docker-permission",
        r"permission denied while trying to connect",
        lambda found, place: (
            "this account may not use Docker. Let it, then log out and in again:\n  sudo usermod -aG docker $USER"
        ),
    ),
    Cause(
        "docker-down",
        # the second form: Docker 29 (docker/cli, "failed to connect to the docker API")
        r"Cannot connect to the Docker daemon|failed to connect to the docker API",
        lambda found, place: f"Docker is not running. Start it:\n  {start_docker()}\nthen again: lab up --cluster kind",
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
        lambda found, place: (
            f"the kubelet of node {found['node']} did not start, or kubeadm did not take its settings. The reason is "
            "in the node's own journal; keep the node, and read it:\n  lab up --cluster kind --retain\n"
            f"  docker exec {found['node']} journalctl --unit kubelet --no-pager\n"
            "Then: lab down --cluster kind --delete"
        ),
    ),
    Cause(
        "kubeconfig-locked",
        r"failed to lock config file: open (?P<lock>.+?): file exists",
        lambda found, place: (
            f"{found['lock']} was left by a kind that was killed. If no kind runs:\n  rm {found['lock']}"
        ),
    ),
    Cause(
        "kind-file",
        r"ERROR: failed to create cluster: (?P<why>(?:unable to decode config|unknown apiVersion|could not determine "
        r"kind / apiVersion|error reading file|\[?invalid configuration|must have at least one control-plane|"
        r"failed to generate kubeadm config content)[\s\S]*)",
        lambda found, place: (
            f"kind does not take {place.config}: {' '.join(found['why'].split())[:LONGEST]}\n"
            f"Was it changed? git diff {place.config}"
        ),
    ),
    Cause(
        "cluster-name",
        r"'(?P<name>[^']*)' is not a valid cluster name",
        lambda found, place: (
            f'"{found["name"]}" cannot be a cluster\'s name: small letters, digits, "." and "-" only '
            "(INGRESS_LAB_KIND_NAME)"
        ),
    ),
    Cause(
        "kind-too-old",
        r"unknown flag: (?P<flag>--\S+)",
        lambda found, place: f"this kind does not know {found['flag']}; it is too old:\n  {install('kind')}",
    ),
    Cause(
        "no-cluster",
        r"no nodes found for cluster|could not locate any control plane nodes|context was not found",
        lambda found, place: "there is no such kind cluster. Make it:\n  lab up --cluster kind",
    ),
    Cause(
        "node-stopped",
        r"docker exec --privileged (?:-i )?(?P<node>\S+)[\s\S]*is not running",
        lambda found, place: (
            f"node {found['node']} is stopped. Start it:\n  lab node start {found['node']} --cluster kind"
        ),
    ),
    Cause(
        "node-missing",
        r"No such container: (?P<node>\S+)",
        lambda found, place: f"there is no node {found['node']}. Which there are: lab node list --cluster kind",
    ),
    Cause(
        "image-missing",
        r'image: "(?P<image>[^"]+)" not present locally',
        lambda found, place: f"Docker does not have the image {found['image']}:\n  docker pull {found['image']}",
    ),
    Cause(
        "image-index",
        # kind issue 3795: the containerd image store saves an index whose other platforms were never pulled
        r"content digest \S+ not found|content digest \S+: not found",
        lambda found, place: "Docker saved an index of several platforms, of which only one is here",
    ),
    Cause(
        "archive",
        r"ctr: unexpected EOF|stat (?P<file>\S+): no such file|open (?P<other>\S+): no such file|invalid tar header",
        lambda found, place: (
            f"{found['file'] or found['other'] or 'the file'} is not a whole image archive. Save it again:\n"
            "  lab images save FOLDER"
        ),
    ),
    Cause(
        "api-refused",
        r"The connection to the server (?P<where>\S+) was refused|connect: connection refused",
        lambda found, place: (
            "the cluster's API does not answer: its control plane is stopped or still starting. Start it:\n"
            "  lab up --cluster kind"
        ),
    ),
    Cause(
        "disk",
        r"no space left on device",
        lambda found, place: "the disk is full. What Docker holds: docker system df; to free it: docker system prune",
    ),
)
