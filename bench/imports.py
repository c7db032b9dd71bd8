"""Which modules of a package import each other in a circle."""

import sys
from pathlib import Path

import grimp


def cycles(package: Path) -> list[set[str]]:
    """Sets of modules of the package, each of which imports every other of its set on some way."""
    sys.path.insert(0, str(package.parent))
    try:
        graph = grimp.build_graph(package.name, exclude_type_checking_imports=True, cache_dir=None)
    finally:
        sys.path.remove(str(package.parent))
    found: list[set[str]] = []
    for module in sorted(graph.modules):
        if not any(module in circle for circle in found):
            circle = graph.find_upstream_modules(module) & graph.find_downstream_modules(module)
            if circle:
                found.append(circle | {module})
    return found
