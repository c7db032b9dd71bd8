"""What admission is asked about a write, a deletion, or an action that is neither, and with which attributes."""

from loopkube.api.chain.attributes import CREATE, DELETE, UPDATE, Attributes
from loopkube.api.chain.chain import Chain
from loopkube.api.delete_options import DeleteOptions
from loopkube.api.options import WriteOptions
from loopkube.api.outside import Outside
from loopkube.api.preparation import Preparation
from loopkube.api.writing import Warnings
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError


class Admitting:
    """The chain is asked only where policies or webhooks are configured."""

    def __init__(self, prepare: Preparation, chain: Chain, outside: Outside) -> None:
        self._prepare, self._chain, self._outside = prepare, chain, outside

    def write(
        self,
        kind: Kind,
        obj: dict,
        old: dict | None,
        subresource: str,
        warnings: Warnings,
        options: WriteOptions,
        named_by_us: bool = False,
    ) -> None:
        """Adds to the warnings, which a writer is told even where the object is refused."""
        attributes = None
        if self._chain.active and options.chained:
            operation, told = (UPDATE, "UpdateOptions") if old else (CREATE, "CreateOptions")
            attributes = Attributes(operation, kind, obj, old, self._prepare.lookup, subresource=subresource)
            attributes.of_write(options.user, options.dry_run, options.told(told), warnings)
            attributes.at(obj["metadata"].get("namespace", ""), "" if named_by_us else obj["metadata"]["name"])
            if not old:
                attributes.unmade = ("uid", "creationTimestamp", *(("name",) if named_by_us else ()))
        try:
            self._prepare.admit(kind, obj, old, subresource, warnings, attributes)
        except ApiError as error:
            error.warnings = warnings
            raise

    def asks_about_deletions(self, options: DeleteOptions) -> bool:
        """Whether anything is to be asked at all: most deletions are done without a review."""
        return options.chained and self._chain.active

    def deletion(self, kind: Kind, old: dict, options: DeleteOptions) -> Warnings:
        """Asks the chain about a deletion; returns its warnings. Raises ApiError where it is refused."""
        name = "" if options.whole_collection else old["metadata"]["name"]
        attributes = Attributes(DELETE, kind, None, old, self._prepare.lookup)
        attributes.of_write(options.user, options.dry_run, options.told(), [])
        attributes.at(old["metadata"].get("namespace", ""), name)
        self.action(attributes)
        return attributes.warnings

    def action(self, attributes: Attributes) -> None:
        """Asks the chain about what is no write of an object: a deletion, a subresource with a form of its own."""
        try:
            self._chain.mutate(attributes, self._outside, lambda: None)
            self._chain.validate(attributes, self._outside)
        except ApiError as error:
            error.warnings = attributes.warnings
            raise
