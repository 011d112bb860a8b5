"""Programs for a derivative: what they compute, the order of their arguments, the command line that makes them again.

| what               | gives                                                                     |
|--------------------|---------------------------------------------------------------------------|
| result             | what a textbook gives: gradient, Jacobian, Df(t)[1] or the differential   |
| value              | f                                                                         |
| gradient           | the gradient of a scalar f; of several variables one each, in their order |
| value_and_gradient | f, then the gradients: one program with shared work                       |
| jacobian           | in the layout of the derivative                                           |
| hessian            | n x n; on vec(X) for a matrix                                             |
| compressed_hessian | what the Hessian is made of: C of kron(C, I), blocks on a diagonal        |
| differential       | Df(x)[v]                                                                  |
| hvp                | the Hessian times a direction, in the shape of the variable               |
| autograd           | value and gradient as a function that PyTorch or JAX differentiates       |
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcalc.algebra import linear
from matcalc.algebra.dimension import ONE
from matcalc.algebra.nodes import Node, intern
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import symbols
from matcalc.api.expression import Expr
from matcalc.code.blocks import blocks
from matcalc.code.documentation import LONGEST, About, written
from matcalc.code.emission import TARGETS, Emitted, emitted, language, run
from matcalc.code.wrappers import wrapped
from matcalc.errors import DeclarationError, MatcalcError, UnsupportedError
from matcalc.syntax.declarations import NOTHING, Function
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.properties import IMPLIED
from matcalc.syntax.raising import written as tree_of
from matcalc.syntax.understanding import understand

if TYPE_CHECKING:
    from matcalc.api.derivative import Derivative
    from matcalc.api.forms import Forms

# what: the results, each with what it is called in the documentation
_RESULTS: dict[str, Callable[[Forms], Iterator[tuple[str, Expr]]]] = {
    "result":             lambda d: _result(d),
    "value":              lambda d: _value(d),
    "gradient":           lambda d: _gradients(d),
    "value_and_gradient": lambda d: (each for part in (_value(d), _gradients(d)) for each in part),
    "jacobian":           lambda d: _jacobians(d),
    "hessian":            lambda d: iter([("hessian", d.hessian)]),
    "compressed_hessian": lambda d: _compressed(d),
    "differential":       lambda d: _differential(d),
    "hvp":                lambda d: iter([(_product_label(d), d.hvp)]),
    "autograd":           lambda d: _RESULTS["value_and_gradient"](d),
}  # fmt: skip

WHAT = tuple(_RESULTS)

_MOVING = frozenset(["differential", "hvp"])  # have the direction as an argument, whether it matters or not


@dataclass(frozen=True, slots=True)
class Options:
    """How a program for a derivative is asked for: see `Derivative.code`."""

    target: str = "numpy"
    what: str = "result"
    name: str | None = None
    sizes: Mapping[str, int] | None = None
    wrt_first: bool = False
    flat: bool = False


def code(d: Derivative, asked: Options, *, check: bool = False) -> str:
    """The text of the program; with `check`, of what it is the derivative of and of a test by central differences, too."""
    if asked.what not in WHAT:
        raise UnsupportedError(f"no program computes {asked.what!r}", hint=f"choose {', '.join(WHAT)}")
    name = _name(d, asked)
    if asked.target == "latex":
        if check:
            raise UnsupportedError("a formula has no check", hint=f"choose {', '.join(TARGETS)}")
        return "".join(rf"{_latex_name(label)} = {e.latex()}" + "\n" for label, e in _RESULTS[asked.what](d))
    if check:
        from matcalc.api.checked import checked

        return checked(d, asked, name)
    if asked.what == "autograd":
        return wrapped(asked.target, name, lambda inner: written_as(d, asked, inner), d.names)
    return language(asked.target).file([written_as(d, asked, name).laid])


def _name(d: Forms, asked: Options) -> str:
    return asked.name or (d.form[0] if asked.what == "result" else asked.what)


def function(d: Derivative, asked: Options) -> Callable[..., Any]:
    """The compiled program."""
    name = asked.name or "result"
    spoken = language(asked.target)
    if not spoken.module:
        raise UnsupportedError(f"a {spoken.title} program does not run here", hint="write the text of d.code to a file")
    text = code(d, Options(asked.target, asked.what, name, asked.sizes, asked.wrt_first, asked.flat))
    return run(text, name, asked.target)


def written_as(d: Forms, asked: Options, called: str) -> Emitted:
    """The program that is asked for, under the name `called`."""
    results = list(_RESULTS[asked.what](d))
    nodes = [e.node for _, e in results]
    known = d.f.declarations.dimensions.union(*(side.names for node in nodes for side in node.shape))
    for dimension in asked.sizes or ():
        if dimension not in known:
            there = ", ".join(sorted(known)) or "none, so leave sizes out"
            raise DeclarationError(f"no dimension is called {dimension!r}", hint=f"there is {there}")
    leaves = list(d.leaves)
    occurring = set(symbols(*nodes))
    moving = [leaf for leaf in d.moving if leaf in occurring or asked.what in _MOVING]
    others = [leaf for leaf in d.f.in_order(dict.fromkeys(symbols(d.f.node, *nodes))) if leaf not in leaves]
    if asked.flat:
        columns = {leaf: _column(leaf) for leaf in (*leaves, *moving) if leaf.is_matrix}
        spread = {leaf: linear.unvectorised(column, *leaf.shape) for leaf, column in columns.items()}
        shapes = {leaf.shape for leaf in columns}
        nodes = [substitute(node, spread) for node in nodes]
        if asked.what in ("gradient", "value_and_gradient", "hvp", "autograd"):
            nodes = [linear.vectorised(node) if node.shape in shapes else node for node in nodes]
        leaves = [columns.get(leaf, leaf) for leaf in leaves]
        moving = [columns.get(leaf, leaf) for leaf in moving]
    arguments = [*leaves, *moving, *others] if asked.wrt_first else [*others, *leaves, *moving]
    properties = {name: variable.properties for name, variable in d.f.variables.items()}
    about = About([f"{label} = {e}" for label, e in results], command(d, asked, d.layout))
    return emitted(
        nodes, arguments, target=asked.target, name=called, about=about, properties=properties, sizes=asked.sizes
    )


def _column(leaf: Node) -> Node:
    """The vector of the name of a matrix that stands for vec of it."""
    rows, columns = leaf.shape
    return intern(type(leaf), (), leaf.data, (rows * columns, ONE))


def _value(d: Forms) -> Iterator[tuple[str, Expr]]:
    yield f"f({', '.join(d.names)})", d.value


def _gradients(d: Forms) -> Iterator[tuple[str, Expr]]:
    found = d.gradient
    if isinstance(found, dict):
        yield from ((f"gradient by {name}", e) for name, e in found.items())
    else:
        yield "gradient", found


def _jacobians(d: Forms) -> Iterator[tuple[str, Expr]]:
    found = d.jacobian()
    label = _jacobian_label(d.layout)
    if isinstance(found, dict):
        yield from ((f"{label} by {name}", e) for name, e in found.items())
    else:
        yield label, found


# how the Hessian on vec(X) is made of its cores: {0} is how many blocks there are
_COMPRESSED = {
    "kron_eye":     ["hessian = kron(C, I({0})), C"],
    "eye_kron":     ["hessian = kron(I({0}), C), C"],
    "blocks_inner": ["hessian = sum of kron(B_i, e(i,{0}) e(i,{0})^T), row i is vec(B_i)^T: B"],
    "blocks_outer": ["hessian = sum of kron(e(i,{0}) e(i,{0})^T, B_i), row i is vec(B_i)^T: B"],
    "kron":         ["hessian = kron(C, D), C", "D"],
}  # fmt: skip


def _compressed(d: Forms) -> Iterator[tuple[str, Expr]]:
    found = blocks(d.hessian.node)
    if found is None:
        raise UnsupportedError("this Hessian has no compressed form", hint="ask for the hessian, or for hvp")
    for label, core in zip(_COMPRESSED[found.kind], found.cores, strict=True):
        yield label.format(found.count), d.shown(core)


def _differential(d: Forms) -> Iterator[tuple[str, Expr]]:
    yield _differential_label(d), d.differential


def _differential_label(d: Forms) -> str:
    moving = d.direction if isinstance(d.direction, str) else ", ".join(d.direction)
    return f"Df({', '.join(d.names)})[{moving}]"


def _jacobian_label(layout: str) -> str:
    return f"jacobian ({layout} layout)"


def _product_label(d: Forms) -> str:
    return f"D gradient({d.names[0]})[{d.direction}]"


def _result(d: Forms) -> Iterator[tuple[str, Expr]]:
    form, _ = d.form
    if form == "derivative":
        yield f"Df({d.names[0]})[1]", d.result
    else:
        yield from _RESULTS[form](d)


def about(d: Forms, asked: Options, layout: str, shown: Expr) -> About:
    """What is said of one form that is read off the derivative."""
    labels = {
        "differential": _differential_label(d),
        "jacobian":     _jacobian_label(layout),
        "hvp":          _product_label(d),
    }  # fmt: skip
    return About([f"{labels.get(asked.what, asked.what)} = {shown}"], command(d, asked, layout))


def _latex_name(label: str) -> str:
    return rf"\mathrm{{{label.replace('_', chr(92) + '_')}}}".replace(" ", r"\ ")


# ---- the command


def command(d: Forms, asked: Options, layout: str) -> str:
    """The command line that makes this program again."""
    text = str(d.f)
    words = ["matcalc", "code", text if len(text) <= LONGEST else "-", "--wrt", ",".join(d.names)]
    words += ["--where", where] if (where := _declared(d)) else []
    for definition in _definitions(d.f.functions):
        words += ["--define", definition]
    words += ["--target", asked.target, "--what", asked.what, "--name", _name(d, asked)]
    if asked.sizes:
        words += ["--sizes", ",".join(f"{n}={size}" for n, size in asked.sizes.items())]
    words += ["--wrt-first"] * asked.wrt_first + ["--flat"] * asked.flat
    words += ["--layout", layout] if layout != "denominator" else []
    words += ["--structure", d.structure] if d.structure else []
    words += ["--direction", ",".join(leaf.data for leaf in d.moving)] if asked.what in _MOVING else []
    return shlex.join(words)


def _declared(d: Forms) -> str:
    """`A: m x n; x: n`, or nothing where the text alone says so."""
    try:
        read = understand(str(d.f), NOTHING).typing.variables
    except MatcalcError:
        read = {}
    told = d.f.variables
    if {name: (v.shape, v.properties) for name, v in read.items()} == {
        name: (v.shape, v.properties) for name, v in told.items()
    }:
        return ""
    return "; ".join(" ".join([f"{name}: {written(v.shape)}", *_words(v.properties)]) for name, v in told.items())


def _words(properties: frozenset[str]) -> list[str]:
    """The properties without those that another one implies."""
    implied = frozenset[str]().union(*(IMPLIED[word] for word in properties))
    return sorted(properties - implied)


def _definitions(functions: Mapping[str, Function]) -> Iterator[str]:
    for function in functions.values():
        definition = function.definition
        if definition is not None and definition.entrywise:
            letters = ", ".join(letter.data for letter in definition.letters)
            yield f"{definition.name}({letters}) = {ascii_text(tree_of(definition.body))}"
