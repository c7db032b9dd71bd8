"""Listens as asyncio servers do when they are given no host: on IPv4 and IPv6."""

import asyncio


async def main() -> None:
    async def greet(reader, writer):
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nhello")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, None, 8080)
    print(sorted(s.getsockname()[0] for s in server.sockets), flush=True)
    await server.serve_forever()


asyncio.run(main())
