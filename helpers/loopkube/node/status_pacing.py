"""When a node's Pods may write to the API: the first at once, those that come meanwhile together after it.

A kubelet has one writer for all of its Pods, and each write takes the time of a request. Two Pods that start, or
end, at the same moment are therefore two changes to those who watch, as on a real cluster.
"""

from loopkube.shared.clock import Clock

SECONDS = 0.01
"""From one turn to the next: longer than a request takes, and what follows from it in a controller."""
STEP = SECONDS / 5
RECONCILER = 0.1
"""Seconds between two looks of a kubelet's volume manager, which takes away the volumes of Pods that have ended."""


class Turns:
    """Await `mine` before a write, and `unmounting` before an ended Pod's volumes go."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next = 0.0

    async def mine(self) -> None:
        """Returns when the next write of this node may begin: SECONDS after the one before."""
        now, due = self._clock.monotonic(), self._next
        if now >= due:
            self._next = now + SECONDS
            return
        for _ in range(max(1, round((due - now) / STEP))):  # in steps: on a busy machine others get their turns between
            await self._clock.sleep(STEP)
        self._next = max(self._next, self._clock.monotonic() + SECONDS)

    async def unmounting(self) -> None:
        """The volume manager's next look: Pods that ended together are let go together."""
        # at times that are the same for all Pods of the node, whenever each of them has ended
        await self._clock.sleep(RECONCILER - self._clock.monotonic() % RECONCILER)
