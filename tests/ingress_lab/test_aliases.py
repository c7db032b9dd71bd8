"""Generated names become stable ones."""

from ingress_lab.kube.aliases import Aliases


def pod(name: str, created: str, **meta: object) -> dict:
    return {"metadata": {"name": name, "creationTimestamp": created, **meta}}


def test_pods_are_numbered_oldest_first_and_keep_their_number() -> None:
    aliases = Aliases()
    one = pod("web-7c9d8b6f5-x2x7k", "1", generateName="web-7c9d8b6f5-", labels={"pod-template-hash": "7c9d8b6f5"})
    two = pod("web-7c9d8b6f5-bbbbb", "2", generateName="web-7c9d8b6f5-", labels={"pod-template-hash": "7c9d8b6f5"})
    aliases.show([two, one], "Pod")
    assert aliases.of("web-7c9d8b6f5-x2x7k") == "web-1"
    assert aliases.of_object(two, "Pod") == "web-2"
    assert aliases.name("web-2") == "web-7c9d8b6f5-bbbbb"
    assert aliases.of("web-7c9d8b6f5-ccccc") == "web-3"


def test_kinds_are_counted_apart() -> None:
    aliases = Aliases()
    replica_set = pod("web-7c9d8b6f5", "1", labels={"pod-template-hash": "7c9d8b6f5"})
    assert aliases.of_object(replica_set, "ReplicaSet") == "web-1"
    assert aliases.of("web-7c9d8b6f5-x2x7k") == "web-1"


def test_names_that_a_person_gave_stay() -> None:
    aliases = Aliases()
    for name in ("web", "nginx-proxy", "helloworld-svc", "my-nginx-server"):
        assert aliases.of(name) == name
        assert aliases.of_object(pod(name, "1"), "Pod") == name
    assert aliases.name("web") == "web"


def test_daemon_set_pods() -> None:
    assert Aliases().of("traefik-x2x7k") == "traefik-1"


def test_sentences() -> None:
    aliases = Aliases()
    aliases.of("web-7c9d8b6f5-x2x7k")
    aliases.of_object(pod("web-7c9d8b6f5", "1", labels={"pod-template-hash": "7c9d8b6f5"}), "ReplicaSet")
    assert aliases.in_text("Created pod: web-7c9d8b6f5-x2x7k by web-7c9d8b6f5") == "Created pod: web-1 by web-1"
