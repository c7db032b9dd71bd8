"""The list that a validation fills: one method a kind of mistake, in the vocabulary of field.ErrorList."""

from collections.abc import Iterable

from loopkube.kinds.shared import text
from loopkube.shared.status import (
    DUPLICATE,
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    NOT_SUPPORTED,
    REQUIRED,
    TOO_LONG,
    TOO_MANY,
    FieldError,
    quoted,
)


class Report:
    """Everything wrong with one object, in the order found. Paths are as in messages: `spec.ports[0].name`."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def required(self, path: str, detail: str = "") -> None:
        """field.Required: `Required value`, with a reason where there is one."""
        self.errors.append(FieldError(REQUIRED, path, detail=detail))

    def invalid(self, path: str, value: object, detail: str) -> None:
        """field.Invalid: the value is told, as Go prints it."""
        self.errors.append(FieldError(INVALID, path, value, detail))

    def forbidden(self, path: str, detail: str) -> None:
        """field.Forbidden: the field may not be there, whatever its value."""
        self.errors.append(FieldError(FORBIDDEN, path, detail=detail))

    def duplicate(self, path: str, value: object) -> None:
        """field.Duplicate: for the second and each later one."""
        self.errors.append(FieldError(DUPLICATE, path, value))

    def not_found(self, path: str, value: object) -> None:
        """field.NotFound: what the value names is not there."""
        self.errors.append(FieldError(NOT_FOUND, path, value))

    def too_long(self, path: str, limit: int) -> None:
        """field.TooLong; the limit is in bytes."""
        self.errors.append(FieldError(TOO_LONG, path, detail=f"may not be more than {limit} bytes"))

    def too_many(self, path: str, count: int, limit: int) -> None:
        """field.TooMany; the value is not told, as it is long."""
        self.errors.append(FieldError(TOO_MANY, path, detail=f"{count}: must have at most {limit} items"))

    def one_of(self, path: str, value: object, supported: Iterable[str]) -> None:
        """Refuses a value that is not among those supported, given in the order in which messages name them."""
        supported = tuple(supported)
        if value not in supported:
            names = ", ".join(quoted(name) for name in supported)
            self.errors.append(FieldError(NOT_SUPPORTED, path, value, f"supported values: {names}"))

    def all(self, path: str, value: object, messages: Iterable[str]) -> None:
        """One `invalid` for each complaint of a check in `text`."""
        for message in messages:
            self.errors.append(FieldError(INVALID, path, value, message))

    def not_negative(self, path: str, value: int) -> None:
        """In upstream's words (ValidateNonnegativeField)."""
        if value < 0:
            self.invalid(path, value, text.NOT_NEGATIVE)

    def immutable(self, path: str, value: object, old: object) -> None:
        """In upstream's words (ValidateImmutableField)."""
        if value != old:
            self.invalid(path, value, text.IMMUTABLE)

    def port(self, path: str, value: object) -> None:
        """A port number, or a port's name."""
        self.all(path, value, text.port_name(value) if isinstance(value, str) else text.port_number(value))  # type: ignore[arg-type]
