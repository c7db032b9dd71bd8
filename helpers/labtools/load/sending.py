"""Sends a load: by the clock (open), or each connection when its answer has come (closed)."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import aiohttp
from yarl import URL

from labtools.load.measured import Measured, Sent
from labtools.load.plan import MOST_SECONDS, Plan
from labtools.load.target import Target

_READ = 65536
_PAUSE = 0.01  # seconds: a refused connection fails at once, and a closed load would spin


class FirstLost(Exception):
    """A request was lost, and somebody wants to know no more than that."""


class Load:
    """A load under way; `measured` has what was seen so far, also after an interruption."""

    def __init__(self, parts: Sequence[tuple[Plan, Target]], *, until_lost: bool = False) -> None:
        """`until_lost`: it ends at the first lost request, and what runs meanwhile with it."""
        self.parts, self._until_lost = parts, until_lost
        self.measured = [Measured(target.url) for _, target in parts]
        self.begin = time.time()
        self._zero = time.perf_counter()
        self._end = math.inf

    @property
    def now(self) -> float:
        """Seconds since the load began."""
        return time.perf_counter() - self._zero

    async def run(self, beside: "Callable[[Load], Awaitable[None]] | None" = None) -> None:
        """Until the time is over, and until `beside`, which runs meanwhile, has ended."""
        self.begin, self._zero = time.time(), time.perf_counter()
        try:
            await self._sent(beside)
        except* FirstLost:
            pass

    async def _sent(self, beside: "Callable[[Load], Awaitable[None]] | None") -> None:
        async with asyncio.TaskGroup() as group:
            for (plan, target), found in zip(self.parts, self.measured, strict=True):
                group.create_task(self._to(plan, target, found))
            if beside:
                await beside(self)
            self._end = max(self.now, *(plan.seconds for plan, _ in self.parts))

    def _goes_on(self, moment: float) -> bool:
        """Whether something that is due then is still sent; what was due before the end is, however late it is."""
        return moment < min(self._end, MOST_SECONDS)

    async def _to(self, plan: Plan, target: Target, found: Measured) -> None:
        async with _session(plan) as session, asyncio.TaskGroup() as group:
            to = Client(session, target, found)
            if plan.is_open:
                await self._by_the_clock(plan, to, group)
            else:
                for _ in range(plan.connections):
                    group.create_task(self._one_after_another(to))

    async def _by_the_clock(self, plan: Plan, to: "Client", group: asyncio.TaskGroup) -> None:
        free = asyncio.Semaphore(plan.connections)
        for number in count():
            intended = number / plan.rate
            await asyncio.sleep(max(0.0, intended - self.now))
            if not self._goes_on(intended):
                return
            to.found.late = max(to.found.late, self.now - intended)
            group.create_task(self._when_free(to, free, intended))

    async def _when_free(self, to: "Client", free: asyncio.Semaphore, intended: float) -> None:
        async with free:
            await self._send(to, intended)

    async def _one_after_another(self, to: "Client") -> None:
        while self._goes_on(self.now):
            if not await self._send(to):
                await asyncio.sleep(_PAUSE)

    async def _send(self, to: "Client", intended: float | None = None) -> int:
        sent = self.now
        to.found.unfinished += 1
        status = await to.status()
        to.found.unfinished -= 1
        to.found.requests.append(Sent(sent if intended is None else intended, sent, self.now, status))
        if self._until_lost and to.found.requests[-1].lost:
            raise FirstLost
        return status


@dataclass(frozen=True)
class Client:
    """Connections to one target, and what they have measured."""

    session: aiohttp.ClientSession
    target: Target
    found: Measured

    async def status(self) -> int:
        """Of one request, whose answer is read to its end; 0: no answer."""
        name = self.target.name if self.target.secure else None
        url, host = URL(self.target.dialled, encoded=True), {"Host": self.target.host}
        try:
            async with self.session.get(url, headers=host, allow_redirects=False, server_hostname=name) as answer:
                while await answer.content.read(_READ):
                    pass
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0


@asynccontextmanager
async def _session(plan: Plan) -> AsyncIterator[aiohttp.ClientSession]:
    """Certificates are not looked at: a load asks how fast and whether, not who."""
    connector = aiohttp.TCPConnector(limit=plan.connections, force_close=plan.fresh, ssl=False)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=plan.timeout),
        headers={"User-Agent": "lab-load", "Accept": "*/*"},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        yield session
