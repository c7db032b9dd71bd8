"""`lab explain` is the last step of a case, not the first."""

from urllib.parse import urlsplit

from labcore.errors import LabError
from labcore.language.messages import phrase


def require_closed(url: str) -> None:
    """Raise for a URL of a case that is open."""
    from labtools.clinic import records

    visit = records.read().open
    if visit is None:
        return
    from labtools.clinic.telling import scene_of

    try:
        hosts = {urlsplit(each.shown).hostname for each in scene_of(visit).asks}
    except LabError:  # a case of another edition
        return
    if urlsplit(url).hostname in hosts:
        raise LabError(
            phrase(
                "Case {case} of the clinic is open: its URLs are explained when it is closed. kubectl, curl and the "
                "controller's log show what is wrong; `lab clinic check` and `lab clinic give-up` close it.",
                case=visit.case,
            )
        )
