"""The data walks up: a file of matcalc imports only from lower floors or its own room.

A room is a package; the modules directly in matcalc/ share one on the ground floor, and `import matcalc` is a floor between the Python
contract and the command line.  Imports inside functions and under TYPE_CHECKING count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "matcalc"

# bottom to top; names in one string are one room
FLOORS = (
    ["collector errors limits records resources"],
    ["algebra"],
    ["syntax"],
    ["rulebook"],
    ["rewrite"],
    ["calculus"],
    ["code"],
    ["numeric"],
    ["claims"],
    ["api"],
    ["__init__"],
    ["cli __main__"],
)
PLACE = {name: (floor, room) for floor, rooms in enumerate(FLOORS) for room in rooms for name in room.split()}

FILES = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py"))


def place(module: str) -> tuple[int, str]:
    """Floor and room of a dotted name; a name that is on no floor is a KeyError: give it one in the table above."""
    parts = module.split(".")
    return PLACE[parts[1] if len(parts) > 1 else "__init__"]


def imported(path: Path, root: Path = ROOT) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every module of matcalc that the file at `path` imports."""
    parts = path.relative_to(root).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # one dot is the folder of the file, each further dot the folder above
            base = [*parts[: len(parts) - node.level]] if node.level else []
            source = ".".join(base + ([node.module] if node.module else []))
            names = [name for alias in node.names for name in members(source, alias.name, root)]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "matcalc")


def members(source: str, name: str, root: Path) -> tuple[str, ...]:
    """What `from source import name` imports: the module of that name if there is one, else what `source` holds."""
    folder = root.joinpath(*source.split("."))
    is_module = (folder / f"{name}.py").exists() or (folder / name).is_dir()
    return (f"{source}.{name}",) if is_module else (source,)


def violations(path: Path, root: Path = ROOT) -> list[str]:
    """One line for each import of the file that goes up, or across to another room of the same floor."""
    floor, room = place(".".join(path.relative_to(root).with_suffix("").parts))
    return [
        f"{path.relative_to(root)}:{line} (floor {floor}) imports {name} (floor {place(name)[0]})"
        for line, name in imported(path, root)
        if place(name)[0] >= floor and place(name)[1] != room
    ]


@pytest.mark.parametrize("file", FILES)
def test_imports_only_from_lower_floors(file: str) -> None:
    assert not violations(ROOT / file)


@pytest.mark.parametrize("file", FILES)
def test_every_module_states_its_contract(file: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / file).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("source",                                           "goes_up"),
    [
        ("from matcalc import errors",                   False),
        ("from matcalc.algebra import nodes",            False),
        ("from matcalc.errors import MatcalcError",      False),
        ("from . import tree",                           False),
        ("from .. import limits",                        False),
        ("import sympy",                                 False),
        ("from matcalc.rulebook import match",           True),
        ("from matcalc import diff",                     True),
        ("import matcalc",                               True),
        ("import matcalc.code.numpy",                    True),
        ("from ..calculus import adjoint",               True),
        ("from .. import api",                           True),
        ("def late():\n    from matcalc import rewrite", True),
        ("if TYPE_CHECKING:\n    import matcalc.api",    True),
    ],
)  # fmt: skip
def test_an_import_that_goes_up_is_seen(tmp_path: Path, source: str, goes_up: bool) -> None:
    for known in PLACE:
        (tmp_path / "matcalc" / known).mkdir(parents=True)
    file = tmp_path / "matcalc" / "syntax" / "reader.py"
    file.write_text(source, encoding="utf-8")
    assert bool(violations(file, tmp_path)) is goes_up


def test_the_folders_of_the_tests_are_rooms() -> None:
    """tests/calculus/test_partial.py stands for matcalc/calculus/partial.py."""
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= {path.name for path in PACKAGE.iterdir() if path.is_dir()}
