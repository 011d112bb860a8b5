"""Functions that a user defines by an expression: `swish(t) = t sigmoid(t)`.

    f(t) = ...       t is a number: f acts entry by entry, on scalars, vectors and matrices
    f(t, b) = ...    entry by entry in the first argument, whatever its shape; b is a scalar in every call

No letter may be a capital: f(X) = X X would be read as X .* X by one, as X X by another.  Nor may the right side look at more than
one entry (sum, softmax, t^T).  In a rule file (`define f(X) = ...`) the letters are what `let` says; if all of them are scalars, f
acts entry by entry too.  The right side knows its letters, pi, built-in functions and those defined before; no other name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from matcalc import limits
from matcalc.algebra.defined import lifted
from matcalc.algebra.dimension import SCALAR, named
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import symbol
from matcalc.algebra.nodes import Definition
from matcalc.errors import DeclarationError, LimitError, MatcalcError, ShapeError, UnknownNameError
from matcalc.records import record
from matcalc.syntax.complaints import shown
from matcalc.syntax.declarations import Declarations, Function, Variable
from matcalc.syntax.inference import Typing, infer
from matcalc.syntax.lowering import lower
from matcalc.syntax.names import BUILT_IN, RESERVED, SIZED, spelled
from matcalc.syntax.reading import read_part, vocabulary_of
from matcalc.syntax.tables import Lexeme, scan
from matcalc.syntax.tree import Tree, postorder

Define = str | Sequence[str] | Mapping[str, str] | None

FORM = "write swish(t) = t sigmoid(t)"
_ENTRIES = named("m"), named("n")  # of what an entrywise function is of


@record
class Source:
    """A definition as it was written: the names of its `letters`, its right side and the shapes in it."""

    letters: tuple[str, ...]
    tree: Tree
    typing: Typing


def with_definitions(declarations: Declarations, define: Define, known: Mapping[str, Function]) -> Declarations:
    """The declarations, the functions that are `known` and those that `define` gives; the nearer hides the farther.

    >>> declared = with_definitions(Declarations(), "square(t) = t^2; swish(t) = t sigmoid(t)", {})
    >>> sorted(declared.functions)
    ['square', 'swish']
    """
    functions = {name: f for name, f in known.items() if name not in declarations.variables}
    functions.update(declarations.functions)
    new: set[str] = set()
    pieces = list(_pieces(define))
    later = [found[1] for text, start, _ in pieces if (found := _NAMED.match(text, start))]
    for text, start, end in pieces:
        try:
            function = read_definition(text, start, end, functions)
        except UnknownNameError as error:
            name = error.text[slice(*error.span)] if error.span else ""
            if name in later:
                error.hint = f"define {name} before"
            raise
        name = function.name
        if name in declarations.variables or name in declarations.functions or name in new:
            also = "twice" if name in new else "and declared"
            raise DeclarationError(
                f"'{shown(name)}' is defined {also}", text=text, span=(start, end), hint="give one of them another name"
            )
        functions[name] = function
        new.add(name)
    return replace(declarations, functions=functions) if functions else declarations


_NAMED = re.compile(r"\s*([^\W\d]\w*)\s*\(")
_NEXT = re.compile(r"\s*[;\n]\s*(?=[^\W\d]\w*\s*\([^()=]*\)\s*=)|[;\s]*$")


def _pieces(define: Define) -> Iterable[tuple[str, int, int]]:
    """Where in which text each definition stands; `;` and line ends separate them."""
    if not define:
        return
    if isinstance(define, Mapping):
        texts = [f"{name} = {body}" for name, body in define.items()]
    else:
        texts = [define] if isinstance(define, str) else [str(text) for text in define]
    for text in texts:
        if len(text) > limits.text:
            raise LimitError(f"the definitions have {len(text)} characters, more than {limits.text}")
        start = len(text) - len(text.lstrip())
        for end in _NEXT.finditer(text):
            if end.start() > start:
                yield text, start, end.start()
            start = end.end()


def read_definition(text: str, start: int, end: int, functions: Mapping[str, Function]) -> Function:
    """The function of the definition `text[start:end]`, whose letters are scalars."""
    name, letters, right = signature(text, start, end)
    matrices = [letter for letter in letters if letter[0].isupper()]
    if matrices:
        at = text.index("(", start)
        raise DeclarationError(
            f"'{matrices[0]}' would be a matrix, and a definition here is of numbers",
            text=text,
            span=(at, text.index(")", at) + 1),
            hint=f"write {name}(t) = ..., entry by entry; functions of matrices are defined in a rule file",
        )
    variables = {letter: Variable(letter, SCALAR) for letter in letters}
    declarations = Declarations(variables, functions)
    try:
        tree = body_of(text, right, end, declarations, (name, *letters))
        return defined(name, letters, tree, declarations)
    except MatcalcError as error:
        if not error.text:
            error.text = text
        raise


def signature(text: str, start: int, end: int) -> tuple[str, tuple[str, ...], int]:
    """The name and the letters in `f(t, b) = ...`, and where the right side begins."""
    equal = text.find("=", start, end)
    left = scan(text, start, equal if equal >= 0 else end)
    kinds = [lexeme.type for lexeme in left]
    between = kinds[3:-1:2]
    if equal < 0 or kinds[:2] != ["NAME", "OPENING"] or kinds[-1:] != ["CLOSING"] or set(between) - {"COMMA"}:
        raise DeclarationError("a definition is f(t) = and an expression", text=text, span=(start, end), hint=FORM)
    letters = left[2:-1:2]
    if not letters or any(letter.type != "NAME" for letter in letters) or len(kinds) % 2:
        raise DeclarationError("the arguments of a definition are names", text=text, span=(start, equal), hint=FORM)
    name = _named(text, left[0])
    for place, letter in enumerate(letters):
        if spelled(letter.text) in [spelled(other.text) for other in letters[:place]]:
            raise _wrong(text, letter, "stands twice among the arguments")
        if spelled(letter.text) in BUILT_IN or spelled(letter.text) in RESERVED:
            raise _wrong(text, letter, "has a meaning already")
    return name, tuple(spelled(letter.text) for letter in letters), equal + 1


def _named(text: str, lexeme: Lexeme) -> str:
    name = spelled(lexeme.text)
    if name in BUILT_IN or name in RESERVED or name in SIZED or name == "pi":
        raise _wrong(text, lexeme, "has a meaning already", f"use another name, such as {name}_1")
    return name


def _wrong(text: str, lexeme: Lexeme, message: str, hint: str = "choose another name") -> DeclarationError:
    return DeclarationError(f"'{shown(lexeme.text)}' {message}", text=text, span=(lexeme.start, lexeme.end), hint=hint)


def body_of(text: str, start: int, end: int, declarations: Declarations, left: Sequence[str]) -> Tree:
    """The right side of a definition, behind the function's name and its letters, `left`; its names are the letters."""
    name, *letters = left
    for lexeme in scan(text, start, end):
        if lexeme.type == "NAME" and spelled(lexeme.text) == name:
            raise _wrong(text, lexeme, "stands in its own definition", "define it by other functions")
    tree = read_part(text, start, end, declarations, vocabulary_of(declarations, ()))
    for part in postorder(tree):
        unbound = part.head == "name" and part.text not in letters and part.text not in declarations.dimensions
        if unbound and part.text != "pi":
            raise DeclarationError(
                f"'{shown(part.text)}' is no argument of {name}",
                text=text,
                span=part.span,
                hint=f"write {name}({', '.join([*letters, part.text])}) = ...",
            )
    return tree


def defined(
    name: str,
    letters: Sequence[str],
    tree: Tree,
    declarations: Declarations,
    conditions: Iterable[tuple[Tree, str]] = (),
) -> Function:
    """The function `name` of these letters, declared, whose value is `tree` where the conditions hold."""
    typing = infer(tree, declarations)
    body = lower(tree, typing)
    shapes = [declarations.variables[letter].shape for letter in letters]
    composite = [d for shape in shapes for d in shape if d.name is None and d.value is None]
    composite += [d for d in body.shape if len(d.terms) > 1]
    if composite:
        message = f"{composite[0]} is a dimension of {name}: neither a name nor an integer"
        raise ShapeError(message, span=tree.span, hint="give it a name in let")
    symbols = [symbol(letter, shape) for letter, shape in zip(letters, shapes, strict=True)]
    said = [(lower(what, infer(what, declarations)), word) for what, word in conditions]
    entrywise = all(shape == SCALAR for shape in shapes)
    if entrywise:
        _check_entrywise(tree, letters, declarations)
        if not body.is_scalar:
            rows, columns = typing.shapes[tree]
            message = f"{name} of a scalar is {rows} x {columns}, not a scalar"
            raise ShapeError(message, span=tree.span, hint="define functions of matrices in a rule file")
        matrix = symbol(letters[0], _ENTRIES)
        try:
            said = [(lifted(what, symbols[0], matrix), word) for what, word in said]
            body = lifted(body, symbols[0], matrix)
        except MatcalcError as error:
            raise error.placed("", tree.span) from None
        symbols[0] = matrix
    source = Source(tuple(letters), tree, typing)
    definition = Definition(name, tuple(symbols), body, entrywise, source, tuple(said))
    kind = "elementwise" if entrywise else "defined"
    return Function(name, tuple(shapes), body.shape, kind, definition)


_OF_NUMBERS = frozenset("number name sum neg times over hadamard entrydiv power entrypow where".split())


def _check_entrywise(tree: Tree, letters: Sequence[str], declarations: Declarations) -> None:
    """ShapeError for what looks at more than one entry, though of a number it has a value: softmax(t), t^T, t[1]."""
    inside: dict[Tree, bool] = {}
    for part in postorder(tree):
        inside[part] = part.text in letters if part.head == "name" else any(inside[child] for child in part.children)
        if inside[part] and part.head not in _OF_NUMBERS and not _is_of_numbers(part, declarations):
            hint = f"in this definition {letters[0]} is one entry; functions of vectors and matrices are defined in a rule file"
            what = f"{part.text} is" if part.head == "call" else "this is"
            raise ShapeError(f"{what} not a function of each entry alone", span=part.span, hint=hint)


def _is_of_numbers(part: Tree, declarations: Declarations) -> bool:
    if part.head != "call":
        return False
    declared = declarations.functions.get(part.text)
    if declared is not None:
        return declared.kind == "elementwise"
    return part.text in FUNCTIONS and (FUNCTIONS[part.text].entrywise or part.text in ("maximum", "minimum"))
