"""Asking for memory ahead of its use.

A question touches little, all of it far apart: most of a cold answer is waiting for memory, one cache line after the
other. Where it is known beforehand what will be read, the lines are asked for together, which the processor overlaps. A
prefetch changes no answer and may name any address.
"""

from typing import Any

import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import config
from numba.extending import intrinsic


@intrinsic
def _prefetch(_typing: Any, array: Any, index: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        whole = types.int64
        at = context.cast(builder, args[1], signature.args[1], whole)
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        word, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        function = builder.module.declare_intrinsic("llvm.prefetch", (byte,), _PREFETCH)
        line = builder.bitcast(builder.gep(data, [at]), byte)
        builder.call(function, [line, *(ir.Constant(word, n) for n in (0, 3, 1))])  # to read, to keep, data
        return context.get_dummy_value()

    return types.void(array, index), emit


_PREFETCH = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), *[ir.IntType(32)] * 3])


def _nothing(array: npt.NDArray[Any], index: int) -> None:
    """Plain Python."""


prefetch: Any = _nothing if vars(config)["DISABLE_JIT"] else _prefetch
"""prefetch(array, index): ask for the line of array[index]."""
