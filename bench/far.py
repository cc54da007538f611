"""Machines that are far away: connections to 127.95.1.N are led to a machine of the benchmark, each byte half a round trip later."""

import asyncio
import pathlib
import subprocess
import sys

ROUND_TRIP = 0.050


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    """Bytes leave in the order in which they came, each piece by itself: what is on its way does not hold back what follows it."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue = asyncio.Queue()

    async def deliver():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    delivery = asyncio.create_task(deliver())
    try:
        while piece := await reader.read(65536):
            pieces.put_nowait((loop.time() + ROUND_TRIP / 2, piece))
    except ConnectionError:
        pass
    pieces.put_nowait((loop.time() + ROUND_TRIP / 2, b""))
    try:
        await delivery
    except (ConnectionError, OSError):
        pass


async def serve(port: int, pairs: list[str]):
    async def lead(host: str, reader, writer):
        there_reader, there_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(carry(reader, there_writer), carry(there_reader, writer))
        for one in (there_writer, writer):
            one.close()

    for pair in pairs:
        far, near = pair.split("=")
        await asyncio.start_server(lambda r, w, near=near: lead(near, r, w), far, port, backlog=100)
    print("ready", flush=True)
    await asyncio.Event().wait()


class Far:
    """A process of its own, so that what it costs is not counted as anybody's work."""

    def __init__(self, hosts: list[str], port: int):
        self.hosts = [f"127.95.1.{n + 1}" for n in range(len(hosts))]
        pairs = [f"{far}={near}" for far, near in zip(self.hosts, hosts)]
        self.process = subprocess.Popen([sys.executable, pathlib.Path(__file__), str(port), *pairs], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit("the far machines did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2:]))
