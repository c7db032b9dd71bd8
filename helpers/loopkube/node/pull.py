"""Finding the image of a container, with the kubelet's events and back-off (10 s, doubling to 5 min)."""

from collections.abc import Callable

from loopkube.node.image_names import InvalidImageName
from loopkube.node.images import Image, PullError
from loopkube.node.runtime import Runtime
from loopkube.node.waiting import Waker

FIRST, LONGEST = 10.0, 300.0
Note = Callable[[str, str, str], None]


class Puller:
    """`image` returns what runs, however long that takes; None when the name changed or the container ends."""

    def __init__(self, runtime: Runtime, note: Note, set_waiting: Callable[[str, str], None], waker: Waker) -> None:
        self._runtime, self._note, self._set_waiting, self._waker = runtime, note, set_waiting, waker

    async def image(self, spec: dict) -> Image | None:
        """The image, tried again as the kubelet does: 10 s, doubled up to 300 s. None when the Pod ends first."""
        name, wait = spec["image"], FIRST
        always = spec.get("imagePullPolicy") == "Always"
        while True:
            try:
                image = self._runtime.catalogue.find(name)
            except InvalidImageName as error:
                self._note("Warning", "InspectFailed", str(error))
                self._note("Warning", "Failed", "Error: InvalidImageName")
                self._set_waiting("InvalidImageName", str(error))
            except PullError as error:
                if not await self._refused(spec, str(error), wait):
                    wait = min(wait * 2, LONGEST)
                    continue
                return None
            else:
                self._pulled(name, image, always)
                return image
            if await self._waker.pause(LONGEST):
                return None

    def _pulled(self, name: str, image: Image, always: bool) -> None:
        if always:
            self._note("Normal", "Pulling", f'Pulling image "{name}"')
            size = "Image size: 0 bytes."
            what = f'Successfully pulled image "{name}" in 0s (0s including waiting). {size} Here it is {image.what}'
        else:
            there = "already present on machine and can be accessed by the pod"
            what = f'Container image "{name}" {there}. Here it is {image.what}'
        self._note("Normal", "Pulled", what)

    async def _refused(self, spec: dict, why: str, wait: float) -> bool:
        """Report and wait; True when the wait was cut short. The kubelet's status lags behind its events."""
        name = spec["image"]
        if spec.get("imagePullPolicy") == "Never":
            message = f'Container image "{name}" is not present with pull policy of Never'
            self._note("Warning", "ErrImageNeverPull", message)
            self._note("Warning", "Failed", "Error: ErrImageNeverPull")
            self._set_waiting("ErrImageNeverPull", message)
            return await self._waker.pause(wait)
        self._note("Normal", "Pulling", f'Pulling image "{name}"')
        self._note("Warning", "Failed", f'Failed to pull image "{name}": {why}')
        self._note("Warning", "Failed", "Error: ErrImagePull")
        # after the events, as with a kubelet, whose status follows
        self._set_waiting("ErrImagePull", why)
        self._note("Normal", "BackOff", f'Back-off pulling image "{name}"')
        self._note("Warning", "Failed", "Error: ImagePullBackOff")
        if await self._waker.pause(min(wait, FIRST)):
            return True
        self._set_waiting("ImagePullBackOff", f'Back-off pulling image "{name}": ErrImagePull: {why}')
        return await self._waker.pause(wait - FIRST) if wait > FIRST else False
