"""Where the program `lab` begins: until the command answers Ctrl-C itself, Ctrl-C ends the process without a word."""

import signal


def lab() -> int:
    """Python would show where it was in importing the rest."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ingress_lab.cli import main

    return main()
