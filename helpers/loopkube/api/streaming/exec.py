"""`pods/NAME/exec`: a command inside a container, its streams over one WebSocket."""

import asyncio
import json

import orjson
from aiohttp import web

from loopkube.api.call import Call
from loopkube.api.streaming.channels import CLOSE, ERROR, RESIZE, STDIN, STDOUT, V4, V5, check_upgrade, payload, upgrade
from loopkube.api.streaming.pods import container_of, link_to
from loopkube.api.verbs import Api
from loopkube.shared.links import Session
from loopkube.shared.status import bad_request

PROTOCOLS = (V5, V4)


async def answer(api: Api, call: Call) -> web.StreamResponse:
    """Runs a command in a container for the client, which reads its exit code from the last message."""
    pod, query = api.get(call.kind, call.namespace, call.name).obj, call.query
    container = container_of(pod, query.text("container"))
    command = query.all("command")
    if not command:
        raise bad_request("you must specify at least 1 command for the container")
    check_upgrade(call.request, PROTOCOLS)
    link = link_to(api, pod, "exec")
    session = await link.exec(pod, container, command, stdin=query.flag("stdin"), tty=query.flag("tty"))
    return await serve(call, session, command)


async def serve(call: Call, session: Session, command: list[str]) -> web.StreamResponse:
    """Join the client with a session, until one of them ends."""
    try:
        socket = await upgrade(call.request, PROTOCOLS)
        await _relay(socket, session, command)
        return socket
    finally:
        await session.kill()


async def _relay(socket: web.WebSocketResponse, session: Session, command: list[str]) -> None:
    reader = asyncio.ensure_future(_read(socket, session))
    writer = asyncio.ensure_future(_write(socket, session, command))
    try:
        # The command's end ends the stream; so does a client that goes away.
        await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
        if writer.done():
            writer.result()
            await socket.close()
    finally:
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)


async def _read(socket: web.WebSocketResponse, session: Session) -> None:
    async for message in socket:
        sent = payload(message)
        if not sent:
            continue
        channel, data = sent[0], sent[1:]
        if channel == STDIN and data:
            await session.write(data)
        elif channel == CLOSE and data[:1] == bytes([STDIN]):
            await session.close_stdin()
        elif channel == RESIZE:
            await _resize(session, data)


async def _resize(session: Session, data: bytes) -> None:
    try:
        size = json.loads(data)
        await session.resize(int(size["Width"]), int(size["Height"]))
    except (ValueError, KeyError, TypeError):
        return  # a terminal size that cannot be read changes nothing


async def _write(socket: web.WebSocketResponse, session: Session, command: list[str]) -> None:
    # As kube-apiserver: an empty message tells the client that the command has been started.
    await socket.send_bytes(bytes([STDOUT]))
    async for channel, data in session.output():
        await socket.send_bytes(bytes([channel]) + data)
    await socket.send_bytes(bytes([ERROR]) + orjson.dumps(_outcome(await session.wait(), command)))


def _outcome(code: int, command: list[str]) -> dict:
    """The Status that ends the stream."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    why = f"error executing command [{' '.join(command)}], exit code {code}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: {why}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }
