"""A long line: passes bytes on, and holds each piece back for a while, as a way of a few thousand kilometres does.

    python far.py edge 0.05

listens on port 8080; the arguments are where it leads and how long a piece is under way, in seconds.
"""

import asyncio
import signal
import sys

PIECE = 65536


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    while piece := await reader.read(PIECE):
        await asyncio.sleep(seconds)
        writer.write(piece)
        await writer.drain()
    writer.close()


async def main(to: str, seconds: float) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(to, 80)
        try:
            await asyncio.gather(carry(reader, back, seconds), carry(there, writer, seconds))
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(serve, port=8080)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1], float(sys.argv[2])))
    except asyncio.CancelledError:
        sys.exit(0)
