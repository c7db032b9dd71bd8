"""What a client lost, and when: from the log of a client that asks again and again (`http.client_losses`)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from labcore.language.messages import phrase, stored
from labcore.pictures.card import Picture
from labcore.pictures.timeline import draw_loss_timeline

from ingress_lab.http import client_losses

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


def loss_timeline(lab: "Lab", pod: str, marks: Mapping[str, float] | None = None) -> Picture:
    """Each request of a client, answered or lost, as it measured them; `marks`: what happened when (`time.time()`)."""
    asked = [(one.begin, one.answered) for one in client_losses.read(lab, pod)]
    shown = {stored(name): at for name, at in (marks or {}).items()}
    return draw_loss_timeline(phrase("What {pod} was answered, and lost", pod=pod), asked, shown)
