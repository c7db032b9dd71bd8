"""Ctrl-C while a program is being started takes effect when somebody holds the program, and is not lost."""

import os
import signal
import threading

import pytest
from loopkube.shared import interrupts


@pytest.mark.usefixtures("interruptible")
def test_it_waits_for_the_end_of_the_block() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        os.kill(os.getpid(), signal.SIGINT)
        done.append("held")
    assert done == ["held"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("interruptible")
def test_without_one_nothing_changes_and_an_error_goes_on_its_way() -> None:
    with interrupts.deferred():
        pass
    with pytest.raises(ValueError, match="its own"), interrupts.deferred():
        raise ValueError("its own")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_thread_touches_no_handler() -> None:
    seen = []

    def inside() -> None:
        with interrupts.deferred():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
