"""The cases there are: each module of `labtools.clinic.cases` has one."""

import importlib
import pkgutil
from functools import cache

from labcore.errors import unknown
from labcore.language.messages import phrase

from labtools.clinic.case import GRADES, NAMESPACE, Case

PACKAGE = "labtools.clinic.cases"


@cache
def modules() -> dict[str, Case]:
    """{module: its case}."""
    found = pkgutil.iter_modules(importlib.import_module(PACKAGE).__path__)
    return {module.name: importlib.import_module(f"{PACKAGE}.{module.name}").CASE for module in found}


def every() -> list[Case]:
    """The easy ones first, each grade in the order of names."""
    return sorted(modules().values(), key=lambda case: (GRADES.index(case.grade), case.name))


def namespaces() -> list[str]:
    """All in which cases are played."""
    return sorted({NAMESPACE, *(name for case in every() for name in case.elsewhere)})


def find(name: str) -> Case:
    """Raises UnknownName."""
    there = {case.name: case for case in every()}
    if name not in there:
        raise unknown(phrase("case"), name, there, place=phrase("the clinic"))
    return there[name]
