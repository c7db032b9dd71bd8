"""What became of a learner's capstone, as report.json holds it and a class' overview shows it."""

from datetime import datetime

from labcore.language.messages import phrase

from labtools.capstone.result import Result

TITLE = phrase("Capstone")


def as_data(kept: Result) -> dict:
    """The last attempt; `passed` is the day, and missing where it is not passed yet."""
    day = {"passed": datetime.fromtimestamp(kept.passed).strftime("%Y-%m-%d")} if kept.passed else {}
    return day | {
        "requests": int(kept.requests),
        "lost": int(kept.lost),
        "seconds": round(kept.seconds),
        "right": int(kept.right),
        "checks": int(kept.checks),
        "ways": list(kept.ways),
    }


def in_short(data: dict | None) -> str:
    """Lost requests of all, where it is passed; else the checks that are as expected; "" where nobody has begun."""
    if not data:
        return ""
    if "passed" not in data:
        return f"{data['right']} / {data['checks']}"
    return phrase("✓ {lost} of {requests} requests lost", lost=data["lost"], requests=data["requests"])
