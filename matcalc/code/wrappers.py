"""Value and gradient as a function that PyTorch or JAX differentiates: the closed form is its derivative.

In: the program for value and gradients.  Out: its text and, below it, a torch.autograd.Function or a jax.custom_vjp around it.  The
function has a derivative by the variables only: by another argument, PyTorch refuses and JAX gives nan.  The wrapper's own names begin
with _, and no argument does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from matcalc.code.emission import Emitted, language
from matcalc.errors import UnsupportedError

_TORCH = '''\
class _{name}_function(torch.autograd.Function):
    @staticmethod
    def forward(_ctx, {arguments}):
        if any(_ctx.needs_input_grad[k] for k in {others}):
            raise ValueError("{name} has a gradient by {wrt} only")
        _value, *_gradients = map(torch.as_tensor, {inner}({arguments}))
        _ctx.save_for_backward(*_gradients)
        return _value

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(_ctx, _cotangent):
        _gradients = _ctx.saved_tensors
        return {returned}


def {name}({arguments}):
    """The value; backward goes by the closed form of the gradient, by {wrt} only, and once."""
    return _{name}_function.apply({arguments})'''

_JAX = '''\
@jax.custom_vjp
def {name}({arguments}):
    """The value; its derivative goes by the closed form of the gradient, by {wrt} only: nan by anything else."""
    return {inner}({arguments})[0]


def _{name}_forward({arguments}):
    _value, *_gradients = {inner}({arguments})
    return _value, (_gradients, [{others}])


def _{name}_backward(_saved, _cotangent):
    _gradients, _others = _saved
    return [{returned}]


{name}.defvjp(_{name}_forward, _{name}_backward)'''


def wrapped(target: str, name: str, program: Callable[[str], Emitted], wrt: Sequence[str]) -> str:
    """The text of the differentiable function `name`; `program` gives value and gradients under a name of its own."""
    spoken = language(target)
    if target not in ("torch", "jax"):
        raise UnsupportedError(f"{target} does not differentiate", hint="choose torch or jax")
    inner = f"{name}_value_and_gradient"
    made = program(inner)
    names = made.signature.names
    by = [names[variable] for variable in wrt]
    others = [safe for safe in names.values() if safe not in by]
    closed = {safe: f"_cotangent * _gradients[{k}]" for k, safe in enumerate(by)}
    filled = {"name": name, "inner": inner, "arguments": ", ".join(names.values()), "wrt": " and ".join(by)}
    if target == "torch":
        places = ", ".join(str(k) for k, safe in enumerate(names.values()) if safe in others)
        returned = ", ".join(closed.get(safe, "None") for safe in names.values())
        return spoken.file([made.laid], _TORCH.format(**filled, others=f"[{places}]", returned=returned))
    if names.keys() - made.signature.shapes.keys():
        raise UnsupportedError(
            "a jax.custom_vjp takes arrays only, and this function a size or an index", hint="choose torch"
        )
    unknown = {safe: f"jnp.full_like(_others[{k}], jnp.nan)" for k, safe in enumerate(others)}
    returned = ", ".join((closed | unknown)[safe] for safe in names.values())
    laid = replace(made.laid, head=["import jax", *made.laid.head])
    return spoken.file([laid], _JAX.format(**filled, others=", ".join(others), returned=returned))
