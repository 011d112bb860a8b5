"""The value of an expression at given arrays, by its own emitted NumPy program.

In: a node, values by name, and the shapes of all names that its derivative knows.  Out: an array, 0-d for a scalar, 1-d for a vector
or a row, 2-d for a matrix.  Dimensions are bound from every value; whatever does not fit is an EvaluationError.  A division by zero
or the logarithm of a negative number gives inf or nan, silently; a singular matrix is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from matcalc.algebra.dimension import Dimension, Shape
from matcalc.algebra.nodes import Index, Node, Symbol
from matcalc.algebra.walks import postorder
from matcalc.code.sizes import axes, bindings
from matcalc.errors import EvaluationError, MissingExtraError
from matcalc.syntax.names import spelled

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

NUMBER = {0: "a number", 1: "a 1-d array", 2: "a 2-d array"}


def evaluate(node: Node, values: Mapping[str, Any], known: Mapping[str, Shape]) -> Array:
    """The value of `node` where the names of `known` have these values.

    A known name that `node` lacks is checked and otherwise ignored; a dimension may be given as a number by its own name.
    λ is lambda here as everywhere.

    >>> from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.leaves import symbol
    >>> n = named("n"); x = symbol("x", (n, ONE))
    >>> evaluate(x, {"x": [[1], [2]]}, {"x": (n, ONE)})
    array([1., 2.])
    """
    np = _numpy()
    program = _compiled(node)
    if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
        raise EvaluationError("values are given by name", hint='write for example {"x": [1, 2]}')
    drawn = {spelled(name): name for name in values}
    if len(drawn) < len(values):
        twice = next(name for name in values if drawn[spelled(name)] != name)
        raise EvaluationError(f"{twice!r} and {drawn[spelled(twice)]!r} are one name: there are two values for it")
    values = {name: values[given] for name, given in drawn.items()}
    dimensions = _dimensions(known) | program.dimensions
    unknown = [name for name in values if name not in known and name not in dimensions and name not in program.indices]
    if unknown:
        raise EvaluationError(f"no name {unknown[0]!r} in this derivative", hint=f"it has {', '.join(known)}")
    arrays = {name: _array(np, name, value, known.get(name)) for name, value in values.items()}
    sizes = _sizes(arrays, known, dimensions)
    inputs = [_input(program, name, arrays, sizes) for name in program.arguments]
    shape = tuple(_size(length, sizes) for length in axes(node.shape))
    try:
        with np.errstate(all="ignore"):
            result = np.array(program.run(*inputs), dtype=float)
    except np.linalg.LinAlgError as error:
        raise EvaluationError(_singular(str(error))) from None
    except IndexError:
        raise EvaluationError("an index is larger than its dimension", hint="indices count from 1") from None
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise EvaluationError(f"it has no value there: {error}") from None
    value: Array = result if result.shape == shape else np.broadcast_to(result, shape).copy()
    return value


def _singular(said: str) -> str:
    if "definite" in said:
        return "a matrix is not positive definite there: it has no Cholesky factor"
    return "a matrix is singular there" if "ingular" in said else f"it has no value there: {said}"


class _Program:
    """The compiled text of a node, its arguments in order, and which of them are indices."""

    def __init__(self, node: Node) -> None:
        from matcalc.code.emission import compiled

        self.run: Callable[..., Any]
        self.run, self.arguments = compiled([node])
        self.indices = frozenset(leaf.data for leaf in postorder(node) if type(leaf) is Index)
        self.shapes = {leaf.data: leaf.shape for leaf in postorder(node) if isinstance(leaf, Symbol)}
        self.dimensions = frozenset(self.arguments) - self.shapes.keys() - self.indices


_compiled = lru_cache(maxsize=512)(_Program)


def _numpy() -> ModuleType:
    try:
        import numpy
    except ImportError:
        raise MissingExtraError("evaluation needs NumPy", hint='pip install "matcalc[numpy]"') from None
    return numpy


def _dimensions(known: Mapping[str, Shape]) -> frozenset[str]:
    return frozenset(name for shape in known.values() for length in shape for name in length.names)


def _written(shape: Shape) -> str:
    return "a scalar" if not axes(shape) else f"{shape[0]} x {shape[1]}"


def _array(np: ModuleType, name: str, value: Any, shape: Shape | None) -> Array:
    """The value as an array of floats of the rank that `shape` has; (n,1) becomes 1-d, and (1,n) of a row."""
    try:
        array: Array = np.asarray(value)
        if array.dtype.kind == "O":  # Fractions and the like: float(None) is an error, astype makes it nan
            array = np.array([float(entry) for entry in array.flat]).reshape(array.shape)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(float)
    except (TypeError, ValueError):
        raise EvaluationError(f"the value of {name} is not an array of real numbers") from None
    rank = len(axes(shape)) if shape is not None else 0
    if shape is not None and rank == 1 and array.ndim == 2:
        is_row = shape[0].value == 1
        if array.shape[1] == 1 or (is_row and array.shape[0] == 1):
            array = array.reshape(-1)
    if array.ndim != rank:
        said = "an integer" if shape is None else _written(shape)
        raise EvaluationError(f"{name} is {said}: {NUMBER[rank]}, not an array of shape {array.shape}")
    if 0 in array.shape:
        raise EvaluationError(f"{name} has no entries: its shape is {array.shape}")
    return array


def _sizes(arrays: Mapping[str, Array], known: Mapping[str, Shape], dimensions: frozenset[str]) -> dict[str, int]:
    """The size of every dimension that the values fix; EvaluationError where two of them disagree."""
    sizes = {name: _integer(name, arrays[name], 1) for name in arrays if name in dimensions}
    origin = dict.fromkeys(sizes, "as given")
    given = [(name, known[name]) for name in arrays if name in known]
    for binding in bindings(given, sizes):
        length = arrays[binding.argument].shape[binding.axis]
        size = binding.solve(length, sizes)
        if size is None:
            said = f"{binding.argument} is {_written(known[binding.argument])}"
            raise EvaluationError(f"{said}: no {binding.name} gives a length of {length}{_where(sizes)}")
        sizes[binding.name] = size
        origin[binding.name] = f"in {binding.argument}"
    for name, shape in given:
        for length, actual in zip(axes(shape), arrays[name].shape, strict=True):
            if length.names <= sizes.keys() and length.evaluate(sizes) != actual:
                expected = f"{length} is {length.evaluate(sizes)} {origin[length.name]}" if length.name else ""
                expected = expected or f"{length} is {length.evaluate(sizes)}"
                said = f"{expected} and {actual} in {name}" if length.names else f"its length {actual} is not {length}"
                raise EvaluationError(f"the sizes do not fit: {said}", hint=f"{name} is {_written(shape)}")
    return sizes


def _where(sizes: Mapping[str, int]) -> str:
    return " where " + ", ".join(f"{name} = {size}" for name, size in sizes.items()) if sizes else ""


def _integer(name: str, array: Array, least: int) -> int:
    value = float(array) if array.ndim == 0 else float("nan")
    if value != value or value in (float("inf"), float("-inf")) or value != int(value) or value < least:
        raise EvaluationError(f"{name} is an integer of at least {least}, not {array.tolist()}")
    return int(value)


def _size(length: Dimension, sizes: Mapping[str, int]) -> int:
    missing = sorted(length.names - sizes.keys())
    if missing:
        raise _unfixed(missing[0])
    return length.evaluate(dict(sizes))


def _unfixed(name: str) -> EvaluationError:
    hint = f'give it as a number: {{"{name}": ...}}'
    return EvaluationError(f"no value given fixes the dimension {name}", hint=hint)


def _input(program: _Program, name: str, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> Any:
    """The value of one argument of the program: an array, a float, an index or a size."""
    if name in sizes:
        return sizes[name]
    if name in program.indices:
        if name not in arrays:
            raise EvaluationError(f"no value for the index {name}", hint="indices count from 1")
        return _integer(name, arrays[name], 1)
    if name in program.shapes:
        if name not in arrays:
            raise EvaluationError(f"no value for {name}", hint=f"{name} is {_written(program.shapes[name])}")
        return arrays[name][()]
    raise _unfixed(name)
