"""The process that plays the shop's customers: `python -m labtools.capstone.sender CLUSTER NAMESPACE`.

It asks some ten times a second, writes what it got, and ends by itself: after two hours, when it is told to, when the
shop's zone is gone (`lab reset`, a notebook's clean-up), or when the cluster does not answer any more.
"""

import signal
import sys
import threading
import time

from labcore import clusters
from labcore.errors import NoCluster, Refused

from labtools.capstone import shop
from labtools.capstone.customer import Customer
from labtools.capstone.record import Record, ca_file
from labtools.capstone.zone import Zone, open_zone

LONGEST = 2 * 3600.0
PACE, THREADS = 0.4, 4  # seconds between two requests of a thread: ten a second all in all
GONE = 3
"""After so many looks in a row without an answer, the cluster is asked whether it runs at all."""


class Stillness:
    """When this process last stood still: the machine slept, or had no time for it. A clock that ticks sees that."""

    TICK, STILL = 0.25, 1.5  # seconds

    def __init__(self) -> None:
        self._last = self._ended = 0.0
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        self._last = time.time()
        while True:
            time.sleep(self.TICK)
            self._look()

    def _look(self) -> None:
        now = time.time()
        if now - self._last > self.STILL:
            self._ended = now
        self._last = now

    def since(self, begun: float) -> bool:
        """Whether it did at or after that time."""
        time.sleep(2 * self.TICK)  # the tick that sees it may come after the answer
        return self._ended >= begun


class Sending:
    """The customers, each a thread; `stop` ends them all."""

    def __init__(self, zone: Zone, record: Record) -> None:
        self._zone, self._record, self._stop, self._missed = zone, record, threading.Event(), 0
        self._stillness = Stillness()

    def run(self, longest: float = LONGEST) -> None:
        """Until the end; asks in threads of its own."""
        share = [shop.TRAFFIC[number::THREADS] for number in range(THREADS)]
        threads = [threading.Thread(target=self._ask_all, args=(asks,), daemon=True) for asks in share]
        threads.append(threading.Thread(target=self._come_back, daemon=True))
        for thread in threads:
            thread.start()
        self._stop.wait(longest)
        self._stop.set()
        for thread in threads:
            thread.join(6.0)

    def stop(self) -> None:
        self._stop.set()

    def _runs(self) -> bool:
        """One that is only slow to answer has not ended."""
        return clusters.of(self._zone.cluster).status().state in ("running", "paused")

    def _ask_all(self, asks: tuple[shop.Ask, ...]) -> None:
        """One request after the other, each on a connection of its own and without cookies."""
        customer = Customer(self._zone, str(ca_file()))
        pace = 0.0  # who has started the shop waits for the first round
        while not self._stop.is_set():
            for ask in asks:
                self._ask(customer, ask, pace)
            pace = PACE

    def _come_back(self) -> None:
        """A customer with a basket: one cookie jar for all the time."""
        customer = Customer(self._zone, str(ca_file()), cookies=True)
        while not self._stop.is_set():
            self._ask(customer, shop.BASKET, PACE, sticky=True)

    def _ask(self, customer: Customer, ask: shop.Ask, pace: float, *, sticky: bool = False) -> None:
        begun = time.time()
        try:
            seen = customer.ask(ask)
        except Refused as error:  # no zone any more
            if error.code in (403, 404):
                self._stop.set()
        except NoCluster:
            self._missed += 1
            if self._missed >= GONE and not self._stillness.since(begun) and not self._runs():
                self._stop.set()
        else:
            self._missed = 0
            if not seen.answer.status and self._stillness.since(begun):
                return  # nobody can be blamed for an answer that nobody was awake to take
            self._record.add(begun, ask, seen, seen.answer.pod if sticky else "")
        self._stop.wait(max(0.0, begun + pace - time.time()))


def main() -> None:
    cluster, namespace = sys.argv[1:]
    sending = Sending(open_zone(cluster, namespace), Record())
    signal.signal(signal.SIGTERM, lambda *_: sending.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a notebook's cell is not meant for it
    sending.run()


if __name__ == "__main__":
    main()
