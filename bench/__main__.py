"""Runs the measurements and prints one table."""

import argparse
import platform
import statistics

from bench.measures import Row, running, start_up


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="how often each start is measured (default 5)")
    repeats = parser.parse_args().repeats
    print(f"{platform.machine()}, Python {platform.python_version()}, {platform.system()} {platform.release()}\n")
    print(f"{'what':42} {'unit':>4} {'n':>3} {'median':>9} {'min':>9} {'max':>9}  goal")
    for measure in (start_up, running):
        for row in measure(repeats):
            print(line(row), flush=True)


def line(row: Row) -> str:
    values = [statistics.median(row.values), min(row.values), max(row.values)]
    figures = " ".join(f"{v:9.3f}" if row.unit == "s" else f"{v:9.1f}" for v in values)
    return f"{row.what:42} {row.unit:>4} {len(row.values):3} {figures}  {row.goal}"


if __name__ == "__main__":
    main()
