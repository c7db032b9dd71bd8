"""What a load has measured (`lab load ... --out FILE.json`): who lost what and when, and how late the answers were."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from labcore.errors import BadArgument
from labcore.language.messages import phrase
from labcore.pictures.card import Picture
from labcore.pictures.curve import draw_latencies
from labcore.pictures.lanes import Lane, draw_lanes


def load_timeline(file: str | Path) -> Picture:
    """A lane for each URL: answers above, losses below by status; and when the commands ran."""
    read = _read(file)
    lanes = [
        Lane(_short(one["url"]), [(sent, status) for sent, _, _, status in one["requests"]]) for one in _loads(read)
    ]
    marks = [(one["command"], one["begin"]) for one in read["commands"]]
    return draw_lanes(phrase("What the clients were answered, and lost"), lanes, marks)


def latencies(file: str | Path) -> Picture:
    """Two curves of the first URL: since a request was due, and since it was sent."""
    first = _loads(_read(file))[0]
    rows = [row for row in first["requests"] if 0 < row[3] < 400]
    since = {
        phrase("since it was due"): [(end - due) * 1000 for due, _, end, _ in rows],
        phrase("since it was sent"): [(end - sent) * 1000 for _, sent, end, _ in rows],
    }
    return draw_latencies(phrase("Latency at {url}, the fastest first", url=_short(first["url"])), since)


def _read(file: str | Path) -> dict:
    try:
        read = json.loads(Path(file).read_text(encoding="utf-8"))
        _loads(read)
    except (OSError, ValueError, TypeError, KeyError, IndexError) as error:
        raise BadArgument(
            phrase("{file} was not written by `lab load URL --out FILE.json`; run that again", file=file)
        ) from error
    return read


def _loads(read: dict) -> list[dict]:
    """At least one; raises KeyError, TypeError, IndexError where the file is another's."""
    return [{"url": one["url"], "requests": one["requests"]} for one in (read["loads"][0], *read["loads"][1:])]


def _short(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
