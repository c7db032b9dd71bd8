"""A notebook's kernel and the client that talks to it, in a thread: so Ctrl-C reaches the main thread, and ends both.

In the main thread nbclient answers signals itself: it ends the kernel, and goes on without one.
"""

import asyncio
import atexit
import contextlib
import subprocess
import threading
import time
from collections.abc import Mapping

from labcore.machine import descendants
from nbclient import NotebookClient

_ENDING = 2.0  # seconds that the client may take to see that its kernel is gone
_LOOK = 0.02
_SIGNALS = 0.2
"""Seconds of one wait. A signal that reaches another thread of the process (one that starts the next kernel) does not
wake the main thread, which handles it when it next runs."""


class Kernel:
    """One run of a notebook from a fresh kernel."""

    def __init__(self, client: NotebookClient, environment: Mapping[str, str]) -> None:
        self._client, self._environment = client, dict(environment)
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task | None = None
        self._started = self._unwanted = False
        self._wanted = threading.Event()  # the notebook may begin
        self._ended = threading.Event()  # Python 3.11 takes a thread for ended whose join was interrupted

    def start(self) -> None:
        """Start the process and return at once: it is there when `run` or `end` is called."""
        if not self._started and not self._unwanted:
            self._started = True
            threading.Thread(target=self._work, daemon=True, name="notebook").start()

    def run(self) -> None:
        """To the end; raises what the client raises, and KeyboardInterrupt once the kernel has ended."""
        try:  # from before the thread is there: its start waits for it, and Ctrl-C may come meanwhile
            self.start()
            self._wanted.set()
            while not self._ended.wait(_SIGNALS):
                pass
        except KeyboardInterrupt:
            self.end()
            raise
        if self._error:
            raise self._error

    def _work(self) -> None:
        try:
            asyncio.run(self._execute())
        except BaseException as error:
            self._error = error
        finally:
            self._forget_clean_up()  # nbclient forgets to when a kernel does not start
            self._ended.set()

    async def _execute(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._unwanted:  # Ctrl-C came first, and had no task to cancel
            return
        self._client.create_kernel_manager()
        try:
            # a dying kernel prints its own tracebacks
            await self._client.async_start_new_kernel(env=self._environment, stderr=subprocess.DEVNULL)
            # asked for again and again: the interpreter's end would wait for a thread that waits
            while not self._wanted.is_set():  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(_LOOK)
            if not self._unwanted:
                await self._client.async_execute()
        finally:
            if self._client.km:  # nbclient has not cleaned up: a ZeroMQ context with open sockets would never end
                await self._client._async_cleanup_kernel()

    def end(self) -> None:
        """The kernel is killed with all that it has started; what it was about to say is of no use any more."""
        deadline, self._unwanted = time.monotonic() + _ENDING, True
        if not self._started:
            return
        self._wanted.set()  # whoever waits for it looks at _unwanted next
        if self._loop and self._task:
            with contextlib.suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        while not self._ended.is_set() and time.monotonic() < deadline:
            self._kill()  # again: it may just be starting
            self._ended.wait(_LOOK)
        self._kill()
        self._forget_clean_up()

    def _forget_clean_up(self) -> None:
        """What nbclient does at the end of the process: it would wait for a kernel that is gone."""
        atexit.unregister(self._client._cleanup_kernel)

    def _kill(self) -> None:
        provisioner = getattr(self._client.km, "provisioner", None)  # nbclient forgets both as it cleans up
        process = getattr(provisioner, "process", None)
        if process is not None and process.poll() is None:
            descendants.kill(process.pid)
