"""The rules in force: those that are shipped, and those of users' files.

The shipped ones are read and validated once and kept in the user's cache folder under the text of the rule files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matcalc import resources
from matcalc.algebra.nodes import forgets
from matcalc.errors import RuleError
from matcalc.rulebook import packing
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.rule import Line
from matcalc.syntax.declarations import Function

FILES = tuple(f"{name}.rules" for name in "notation linear bilinear chain adjoint identities".split())
FORMAT = "4"  # of the remembered lines

_shipped: RuleBook | None = None


def book() -> RuleBook:
    """The shipped rules, and those that were installed since."""
    global _shipped
    if _shipped is None:
        texts = [resources.text("rules", name) for name in FILES]
        source = FORMAT + "\0".join(texts)
        entries = resources.remembered("rules", source)
        if entries is None:
            from matcalc.rulebook.lines import lines  # only when the cache is cold

            named = zip(FILES, texts, strict=True)
            entries = _validated([line for name, text in named for line in lines(text, f"rules/{name}")], RuleBook())
            resources.remember("rules", source, entries)
        _shipped = RuleBook(entries)
    return _shipped


@forgets
def _forget() -> None:
    if _shipped is not None:
        _shipped.forget()


def defined() -> Mapping[str, Function]:
    """The functions that installed files define."""
    return {} if _shipped is None else _shipped.defined


def read_file(path: str | os.PathLike[str]) -> list[Line]:
    """The lines of a user's rule file, validated beside those in force; `numeric.rule_check` says whether they are true.

    What the same file said before is not in force any more.
    """
    from matcalc.rulebook.lines import lines

    if not isinstance(path, str | os.PathLike):
        raise RuleError(f"a rule file is given by its path, not as {path!r}")
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise RuleError(f"cannot read the rules in {os.fspath(path)}: {why}") from None
    name = os.path.realpath(path)
    files = list(book().files.items())
    place = next((k for k, (file, _) in enumerate(files) if file == name), len(files))
    beside = book().of_files(dict(files[:place]))
    read = lines(text, os.path.basename(name), beside.defined)
    _validated(read, beside)
    _check_later(read, book().files.get(name, ()), [entry for _, entries in files[place + 1 :] for entry in entries])
    return read


def _check_later(lines: Sequence[Line], before: Sequence[Sequence[Any]], later: Sequence[Sequence[Any]]) -> None:
    """RuleError if a file that is loaded again takes away or changes what files loaded after it rest on."""
    new = {line.left.text: line for line in lines if line.kind == "define"}
    old = [packing.unpacked(packed) for kind, *_, packed in before if kind == "define"]
    same = {name for name, line in new.items() for other in old if (line.text, line.let) == (other.text, other.let)}
    changed = {line.left.text for line in old} - same
    for line in [packing.unpacked(packed) for *_, packed in later]:
        used = sorted(name for name in changed if line.uses(name))
        if used:
            raise RuleError(f"{line.place} uses {used[0]}, which must not change then", hint="load both from one file")
        if line.kind == "define" and line.left.text in new:
            raise new[line.left.text].error(f"{line.left.text} is defined already, in {line.place}")


def install(lines: Iterable[Line], path: str | os.PathLike[str]) -> None:
    """Put the lines of a file, read and checked, into the book, in the place of what the same file said before."""
    global _shipped
    _shipped = book().of_files({**book().files, os.path.realpath(path): [packing.entry(line) for line in lines]})


def _validated(lines: Sequence[Line], beside: RuleBook) -> list[Any]:
    from matcalc.rulebook import validation  # only when the cache is cold

    validation.validate(lines, beside.functions())
    return [packing.entry(line) for line in lines]
