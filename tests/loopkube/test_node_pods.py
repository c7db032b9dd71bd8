"""Pods on a node, from their creation to their end, with real processes."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from loopkube.node.commands import LONGEST_OUTPUT, _read_all
from loopkube.shared.status import ApiError
from node_harness import Node, condition, ended, program, reasons, state, waiting

SERVER = {"command": ["python", "-m", "http.server", "8080"], "ports": [{"name": "http", "containerPort": 8080}]}
READINESS = {"readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1}}
SLEEP = {"command": ["sleep", "300"]}


async def test_a_pod_becomes_ready_answers_and_goes(here: Node) -> None:
    await here.run("web", SERVER | READINESS)
    pod = await here.ready("web")
    assert pod["status"]["phase"] == "Running"
    assert pod["status"]["hostIP"].startswith("127.18.0.")
    reader, writer = await here.agent.open_port(pod, 8080)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.0 200")
    writer.close()
    status = pod["status"]["containerStatuses"][0]
    assert status["image"] == "docker.io/library/python:3.13-alpine"
    assert status["volumeMounts"][0]["recursiveReadOnly"] == "Disabled"
    await here.delete("web")
    assert reasons(await here.events("web")) == ["Pulled", "Created", "Started", "Killing"]
    assert not (here.place / "pods" / pod["metadata"]["uid"]).exists()


async def test_two_pods_have_the_same_port(here: Node) -> None:
    await here.run("one", SERVER | READINESS)
    await here.run("two", SERVER | READINESS)
    addresses = {(await here.ready(name))["status"]["podIP"] for name in ("one", "two")}
    assert len(addresses) == 2


async def test_a_pod_is_ready_as_soon_as_it_listens_and_nobody_complains(here: Node) -> None:
    await here.run("late", SERVER | READINESS | {"command": program("starts_late")})
    await here.ready("late")
    assert "Unhealthy" not in reasons(await here.events("late"))


async def test_a_crash_is_restarted_then_waited_for(here: Node) -> None:
    script = "import sys; print('no database'); sys.exit(3)"
    await here.run("web", {"command": ["python", "-c", script]})
    pod = await here.pod("web", lambda pod: waiting(pod) == "CrashLoopBackOff")
    status = pod["status"]["containerStatuses"][0]
    assert status["restartCount"] == 1
    assert status["lastState"]["terminated"]["exitCode"] == 3
    assert state(pod)["waiting"]["message"].startswith("back-off 10s restarting failed container=app pod=web_default(")
    assert pod["status"]["phase"] == "Running"
    assert await here.logs("web") == await here.logs("web", previous=True) == "no database\n"
    assert ("Warning", "BackOff") in [e[:2] for e in await here.events("web")]


async def test_a_missing_config_map_is_waited_for(here: Node) -> None:
    reference = {"configMapKeyRef": {"name": "nowhere", "key": "colour"}}
    await here.run("web", SLEEP | {"env": [{"name": "COLOUR", "valueFrom": reference}]})
    pod = await here.pod("web", lambda pod: waiting(pod) == "CreateContainerConfigError")
    assert state(pod)["waiting"]["message"] == 'configmap "nowhere" not found'
    assert ("Warning", "Failed", 'Error: configmap "nowhere" not found') in await here.events("web")
    with pytest.raises(ApiError, match='"app" in pod "web" is waiting to start: CreateContainerConfigError'):
        await here.logs("web")
    await here.config_map("nowhere", {"colour": "green"})
    await here.ready("web")
    assert (await here.output("web", ["sh", "-c", "echo $COLOUR"]))[1] == b"green\n"


async def test_a_missing_volume_holds_the_pod_back(here: Node) -> None:
    mounts = {"volumeMounts": [{"name": "code", "mountPath": "/app"}]}
    await here.run("web", SLEEP | mounts, volumes=[{"name": "code", "configMap": {"name": "late"}}])
    await here.pod("web", lambda pod: waiting(pod) == "ContainerCreating")
    await here.config_map("late", {"a": "1"})
    await here.ready("web")
    expected = 'MountVolume.SetUp failed for volume "code" : configmap "late" not found'
    assert ("Warning", "FailedMount", expected) in await here.events("web")


async def test_files_follow_their_config_map(here: Node) -> None:
    await here.config_map("settings", {"colour": "green"})
    mounts = {"volumeMounts": [{"name": "v", "mountPath": "/settings"}]}
    await here.run("web", SLEEP | mounts, volumes=[{"name": "v", "configMap": {"name": "settings"}}])
    await here.ready("web")
    read = ["cat", "/settings/colour"]
    assert (await here.output("web", read))[1] == b"green"
    await here.client.patch("configmaps", "settings", {"data": {"colour": "red"}}, "default")
    async with asyncio.timeout(5):
        while (await here.output("web", read))[1] != b"red":
            pass


async def test_an_unknown_image_is_refused_with_what_can_run(here: Node) -> None:
    await here.run("web", {"image": "registry.invalid/no-such-image:1"})
    pod = await here.pod("web", lambda pod: waiting(pod) == "ErrImagePull")
    assert "this cluster can run python:3.*" in state(pod)["waiting"]["message"]
    assert reasons(await here.events("web")) == ["Pulling", "Failed", "Failed", "BackOff", "Failed"]
    with pytest.raises(ApiError, match="image can't be pulled"):
        await here.logs("web")
    await here.client.patch("pods", "web", [
        {"op": "replace", "path": "/spec/containers/0/image", "value": "python:3"},
        {"op": "test", "path": "/metadata/name", "value": "web"},
    ], "default", type="json")  # fmt: skip
    await here.pod("web", lambda pod: "terminated" in state(pod) or waiting(pod) == "CrashLoopBackOff")


async def test_a_program_that_is_not_there(here: Node) -> None:
    await here.run("web", {"command": ["no-such-program"]}, restartPolicy="Never")
    pod = await here.pod("web", ended)
    terminated = state(pod)["terminated"]
    assert (terminated["exitCode"], terminated["reason"]) == (128, "StartError")
    assert terminated["message"].endswith('exec: "no-such-program": executable file not found in $PATH')


async def test_init_containers_run_in_order_and_sidecars_end_last(here: Node) -> None:
    shared = {"volumeMounts": [{"name": "work", "mountPath": "/shared"}]}

    def container(name: str, script: str, **more: object) -> dict:
        return {"name": name, "image": "python:3", "command": ["sh", "-c", script]} | shared | more

    probe = {"exec": {"command": ["grep", "side", "/shared/log"]}, "periodSeconds": 1}
    init = [
        container("first", "echo first >> /shared/log"),
        container("side", "echo side >> /shared/log; exec sleep 300", restartPolicy="Always", startupProbe=probe),
        container("second", "echo second >> /shared/log"),
    ]
    main = container("app", "cat /shared/log > /dev/termination-log")
    volumes = [{"name": "work", "emptyDir": {}}]
    spec = {"initContainers": init, "containers": [main], "restartPolicy": "Never", "volumes": volumes}
    spec["terminationGracePeriodSeconds"] = 1  # the sidecar has no handler for SIGTERM, so it takes all of it
    await here.create("job", spec)
    pod = await here.pod("job", lambda pod: pod.get("status", {}).get("phase") == "Succeeded")
    assert state(pod)["terminated"]["message"].split() == ["first", "side", "second"]
    codes = {s["name"]: s["state"]["terminated"]["exitCode"] for s in pod["status"]["initContainerStatuses"]}
    assert codes == {"first": 0, "side": 137, "second": 0}


async def test_a_failing_init_container_fails_a_pod_that_never_restarts(here: Node) -> None:
    init = [{"name": "first", "image": "python:3", "command": ["sh", "-c", "exit 7"]}]
    main = [{"name": "app", "image": "python:3", "command": ["true"]}]
    await here.create("job", {"initContainers": init, "containers": main, "restartPolicy": "Never"})
    pod = await here.pod("job", lambda pod: pod.get("status", {}).get("phase") == "Failed")
    assert waiting(pod) == "PodInitializing"
    assert condition(pod, "Initialized") == "False"


async def test_a_deaf_program_is_killed_after_its_grace(here: Node) -> None:
    await here.run("deaf", {"command": program("ignores_sigterm")})
    await here.ready("deaf")
    async with asyncio.timeout(5):
        while "deaf" not in await here.logs("deaf"):
            await asyncio.sleep(0)
    began = asyncio.get_running_loop().time()
    await here.delete("deaf", grace=1)
    assert asyncio.get_running_loop().time() - began > 0.9


@pytest.mark.parametrize("field", ["shareProcessNamespace", "hostPID"])
async def test_a_program_that_is_not_process_1_needs_no_handler_to_end(here: Node, field: str) -> None:
    await here.run("web", SLEEP, **{field: True})
    await here.ready("web")
    began = asyncio.get_running_loop().time()
    await here.delete("web", grace=30)
    assert asyncio.get_running_loop().time() - began < 15


async def test_impatience_shortens_the_grace(here: Node) -> None:
    await here.run("deaf", {"command": program("ignores_sigterm")}, terminationGracePeriodSeconds=300)
    await here.ready("deaf")
    await here.client.delete("pods", "deaf", "default")
    await here.pod("deaf", lambda pod: "deletionTimestamp" in pod["metadata"])
    await here.delete("deaf", grace=0)


async def test_a_failed_liveness_probe_restarts_the_container(here: Node) -> None:
    probe = {"exec": {"command": ["sh", "-c", "echo sick; exit 1"]}, "periodSeconds": 1, "failureThreshold": 1}
    await here.run("web", SLEEP | {"livenessProbe": probe})
    await here.pod("web", lambda pod: pod.get("status", {}).get("containerStatuses", [{}])[0].get("restartCount") == 1)
    events = await here.events("web")
    assert ("Warning", "Unhealthy", "Liveness probe failed: sick\n") in events
    assert ("Normal", "Killing", "Container app failed liveness probe, will be restarted") in events


@pytest.mark.parametrize(
    ("sysctl", "why"),
    [
        ("kernel.msgmax", '"kernel.msgmax" not allowlisted'),
        ("net/ipv4/tcp_mem", '"net.ipv4.tcp_mem" not allowlisted'),
        ("net.ipv4.tcp_syncookies", ""),
        ("kernel/shm_rmid_forced", ""),
    ],
)
async def test_sysctls_beyond_the_pod_are_refused(here: Node, sysctl: str, why: str) -> None:
    """Upstream's spec: should not launch unsafe, but not explicitly enabled sysctls on the node."""
    context = {"sysctls": [{"name": sysctl, "value": "1"}]}
    await here.run("web", {"command": ["true"]}, securityContext=context, restartPolicy="Never")
    status = (await here.pod("web", lambda pod: pod["status"].get("phase") in ("Failed", "Succeeded")))["status"]
    if not why:
        assert status["phase"] == "Succeeded"
        return
    told = {word: status[word] for word in ("phase", "reason", "message")}
    message = f"forbidden sysctl: {why}"
    assert told == {"phase": "Failed", "reason": "SysctlForbidden", "message": f"Pod was rejected: {message}"}
    assert await here.events("web") == [("Warning", "SysctlForbidden", message)]
    await here.delete("web")


async def test_a_deadline_ends_a_pod(here: Node) -> None:
    await here.run("slow", SLEEP, activeDeadlineSeconds=1, terminationGracePeriodSeconds=0)
    pod = await here.pod("slow", lambda pod: pod.get("status", {}).get("phase") == "Failed")
    assert pod["status"]["reason"] == "DeadlineExceeded"


async def test_a_deadline_may_be_set_while_the_pod_runs(here: Node) -> None:
    await here.run("slow", SLEEP, terminationGracePeriodSeconds=0)
    await here.pod("slow", lambda pod: pod.get("status", {}).get("phase") == "Running")
    await here.client.patch("pods", "slow", {"spec": {"activeDeadlineSeconds": 1}}, "default")
    pod = await here.pod("slow", lambda pod: pod.get("status", {}).get("phase") == "Failed")
    assert pod["status"]["reason"] == "DeadlineExceeded"


async def test_no_child_stays_behind(here: Node) -> None:
    await here.run("web", {"command": program("leaves_a_child")}, restartPolicy="Never")
    await here.pod("web", ended)
    child = int(await here.logs("web"))
    async with asyncio.timeout(5):
        while Path(f"/proc/{child}").exists():
            await asyncio.sleep(0)


async def test_a_program_that_listens_everywhere_is_reported(here: Node) -> None:
    await here.run("web", {"command": program("listens_everywhere")})
    async with asyncio.timeout(5):
        while "ListensEverywhere" not in reasons(await here.events("web")):
            await asyncio.sleep(0.02)
    port = (await here.logs("web")).strip()
    assert any(f"listens on port {port} of every address" in message for _, _, message in await here.events("web"))


async def test_what_is_not_enforced_is_named_once(here: Node) -> None:
    container = SLEEP | {"resources": {"limits": {"cpu": "1"}}, "securityContext": {"runAsUser": 1000}}
    await here.run("web", container, hostPID=True, hostNetwork=True)
    status = (await here.ready("web"))["status"]
    assert status["podIP"] == status["hostIP"]
    named = [message for _, reason, message in await here.events("web") if reason == "NotEnforced"]
    assert len(named) == 1
    for field in ("hostPID", "containers[app].securityContext.runAsUser", "containers[app].resources.limits.cpu"):
        assert field in named[0]
    assert "hostNetwork" not in named[0]


async def test_exec(here: Node) -> None:
    await here.run("web", SLEEP | {"env": [{"name": "COLOUR", "value": "green"}]})
    await here.ready("web")
    assert await here.output("web", ["sh", "-c", "echo $COLOUR; echo bad >&2; exit 5"]) == (5, b"green\n", b"bad\n")
    assert await here.output("web", ["cat"], stdin=b"x" * 300_000) == (0, b"x" * 300_000, b"")
    with pytest.raises(ApiError, match='unable to start container process: exec: "no-such-program": executable file'):
        await here.output("web", ["no-such-program"])


async def test_exec_in_a_terminal(here: Node) -> None:
    await here.run("web", SLEEP)
    pod = await here.ready("web")
    session = await here.agent.exec(
        pod, "app", ["sh", "-c", "test -t 0 && stty size; read x; echo got $x"], stdin=True, tty=True
    )
    await session.resize(100, 40)
    await session.write(b"hello\n")
    shown = b"".join([data async for _, data in session.output()])
    assert await session.wait() == 0
    assert b"40 100" in shown and b"got hello" in shown


async def test_what_runs_beside_a_container_ends_with_it(here: Node) -> None:
    await here.run("web", SLEEP)
    pod = await here.ready("web")
    session = await here.agent.exec(pod, "app", ["sleep", "300"], stdin=False, tty=False)
    await here.delete("web")
    assert await asyncio.wait_for(session.wait(), 5) == 137
    with pytest.raises(ApiError, match="container not found"):
        await here.agent.exec(pod, "app", ["true"], stdin=False, tty=False)


async def test_a_service_account_gets_a_kubeconfig_and_its_files(here: Node) -> None:
    await here.run("web", SLEEP)
    await here.ready("web")
    _, output, _ = await here.output("web", ["sh", "-c", "cat $KUBECONFIG; ls -l $KUBECONFIG; env"])
    config = json.loads(output.split(b"}")[0] + b"}")
    assert config["namespace"] == "default" and len(config["token"]) > 100
    assert b"-rw-------" in output
    assert b"KUBERNETES_SERVICE_HOST=127.0.0.1" in output


async def test_a_pod_that_outlived_its_node_is_started_again(here: Node) -> None:
    await here.run("web", SERVER | READINESS)
    await here.run("once", SLEEP, restartPolicy="Never")
    first = await here.ready("web")
    await here.ready("once")
    await here.agent.stop()
    assert condition(await here.client.get("pods", "web", "default"), "Ready") == "True"  # nobody reported it
    here.agent = here.new_agent()
    await here.agent.start()
    pod = await here.pod("web", lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1)
    pod = await here.ready("web")
    last = pod["status"]["containerStatuses"][0]["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"]) == (255, "Unknown")
    assert pod["status"]["startTime"] == first["status"]["startTime"]
    once = await here.pod("once", lambda pod: pod["status"]["phase"] == "Failed")
    assert state(once)["terminated"]["exitCode"] == 255


async def test_a_node_can_go_down_and_come_back(here: Node) -> None:
    await here.run("web", SERVER | READINESS)
    pod = await here.ready("web")
    await here.agent.stop()
    await here.agent.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(pod["status"]["podIP"], 8080)
    await here.agent.start()
    pod = await here.pod(
        "web", lambda p: p["status"]["containerStatuses"][0]["restartCount"] == 1 and condition(p, "Ready") == "True"
    )
    _, writer = await asyncio.open_connection(pod["status"]["podIP"], 8080)
    writer.close()


async def test_a_command_whose_output_nobody_reads_can_be_ended(here: Node) -> None:
    await here.run("web", SLEEP)
    pod = await here.ready("web")
    session = await here.agent.exec(pod, "app", ["sh", "-c", "while true; do echo more; done"], stdin=True, tty=False)
    await session.output().__anext__()
    await session.kill()
    assert await asyncio.wait_for(session.wait(), 5) == 137


HOSTILE_LEAVINGS = {
    "pipe": "os.mkfifo(p)",
    "device": "os.symlink('/dev/zero', p)",
    "link": "os.symlink('/etc/passwd', p)",
    "folder": "os.mkdir(p)",
    "huge file": "open(p, 'wb').truncate(1 << 40)",
}


@pytest.mark.parametrize("what", HOSTILE_LEAVINGS)
async def test_what_a_container_puts_in_the_place_of_its_termination_log_stops_nobody(here: Node, what: str) -> None:
    place = "next(l.split('\\t')[1] for l in os.environ['LOOPKUBE_PATHS'].split('\\n') if 'termination' in l)"
    code = f"import os; p = {place}; os.unlink(p); {HOSTILE_LEAVINGS[what]}"
    await here.run("web", {"command": ["python", "-S", "-c", code]}, restartPolicy="Never")
    message = state(await here.pod("web", ended))["terminated"].get("message", "")
    assert (await here.logs("web")) == ""
    assert message == ("\0" * 4096 if what == "huge file" else "")


async def test_a_container_whose_termination_log_became_a_pipe_starts_again(here: Node) -> None:
    code = (
        "import os, sys; os.mkfifo(os.environ['HOME'] + '/../p'); os.rename(os.environ['HOME'] + '/../p', sys.argv[1])"
    )
    command = ["python", "-S", "-c", f"{code}; sys.exit(1)", "/dev/termination-log"]
    await here.run("web", {"command": command})
    pod = await here.pod("web", lambda pod: waiting(pod) == "CrashLoopBackOff")
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 1


async def test_a_command_that_says_too_much_fills_no_memory() -> None:
    read, write = os.pipe()
    told = asyncio.create_task(_read_all(read))
    await asyncio.to_thread(lambda: (os.write(write, b"x" * 3_000_000), os.close(write)))
    assert await told == b"x" * LONGEST_OUTPUT
