"""Rows of labels, one lane a source, worked on whole rows at a time.

A table of labels is (rows, lanes), C-contiguous, its dtype int32 (milliseconds) or int64 (keys). numba's own loops over
lanes cost 19 ns a row of 16, vectors spelled out in LLVM's terms 1.3 ns, so the two loops that all matrices consist of
are emitted here. Without the compiler (NUMBA_DISABLE_JIT=1) numpy does the same. numba's checks of bounds
(NUMBA_BOUNDSCHECK=1) do not see into what is emitted; then all its indexes are looked at before.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

from routing.jit import kernel

LANES = 16
"""Sources at a time."""

PLAIN_PYTHON = bool(vars(config)["DISABLE_JIT"])
"""Kernels run as plain Python: numba's setting NUMBA_DISABLE_JIT."""

Labels = npt.NDArray[Any]
_alloca: Any = cgutils.alloca_once


def _data(context: Any, builder: Any, array_type: Any, value: Any) -> Any:
    return context.make_array(array_type)(context, builder, value).data


def _row(builder: Any, data: Any, row: Any, vector: Any, lanes: int) -> Any:
    """Pointer to a row as a vector."""
    begin = builder.gep(data, [builder.mul(row, ir.Constant(row.type, lanes))])
    return builder.bitcast(begin, vector.as_pointer())


def _item(builder: Any, data: Any, index: Any) -> Any:
    return builder.load(builder.gep(data, [index]))


def _splat(builder: Any, vector: Any, item: Any) -> Any:
    single = builder.insert_element(ir.Constant(vector, ir.Undefined), item, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(single, ir.Constant(vector, ir.Undefined), zeros)


def _smaller(builder: Any, left: Any, right: Any) -> Any:
    return builder.select(builder.icmp_signed("<", left, right), left, right)


def _index(context: Any, builder: Any, value: Any, from_type: Any) -> Any:
    return context.cast(builder, value, from_type, types.int64)


@intrinsic
def _gather_min(
    _typing: Any, into: Any, row: Any, fresh: Any, labels: Any, node: Any, weight: Any, begin: Any, end: Any
) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        dtype = context.get_value_type(signature.args[0].dtype)
        vector = ir.VectorType(dtype, LANES)
        into_data = _data(context, builder, signature.args[0], args[0])
        label_data = _data(context, builder, signature.args[3], args[3])
        node_data = _data(context, builder, signature.args[4], args[4])
        weight_data = _data(context, builder, signature.args[5], args[5])
        at, start, stop = (_index(context, builder, args[i], signature.args[i]) for i in (1, 6, 7))
        place = _row(builder, into_data, at, vector, LANES)
        best = _alloca(builder, vector)
        limit = _index(context, builder, args[2], signature.args[2])
        nothing = _splat(builder, vector, builder.trunc(limit, dtype) if dtype.width < 64 else limit)
        with builder.if_else(builder.icmp_signed("!=", limit, ir.Constant(limit.type, 0))) as (begun, going_on):
            with begun:
                builder.store(nothing, best)
            with going_on:
                builder.store(builder.load(place, align=4), best)
        with cgutils.for_range_slice(builder, start, stop, ir.Constant(start.type, 1), start.type) as (entry, _):
            other = context.cast(builder, _item(builder, node_data, entry), signature.args[4].dtype, types.int64)
            path = builder.load(_row(builder, label_data, other, vector, LANES), align=4)
            whole = builder.add(path, _splat(builder, vector, _item(builder, weight_data, entry)))
            builder.store(_smaller(builder, whole, builder.load(best)), best)
        builder.store(builder.load(best), place, align=4)
        return context.get_dummy_value()

    return types.void(into, row, fresh, labels, node, weight, begin, end), emit


@intrinsic
def _scatter_min(_typing: Any, labels: Any, row: Any, row_of: Any, node: Any, weight: Any, begin: Any, end: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = ir.VectorType(context.get_value_type(signature.args[0].dtype), LANES)
        label_data = _data(context, builder, signature.args[0], args[0])
        row_data = _data(context, builder, signature.args[2], args[2])
        node_data = _data(context, builder, signature.args[3], args[3])
        weight_data = _data(context, builder, signature.args[4], args[4])
        at, start, stop = (_index(context, builder, args[i], signature.args[i]) for i in (1, 5, 6))
        here = builder.load(_row(builder, label_data, at, vector, LANES), align=4)
        with cgutils.for_range_slice(builder, start, stop, ir.Constant(start.type, 1), start.type) as (entry, _):
            other = context.cast(builder, _item(builder, node_data, entry), signature.args[3].dtype, types.int64)
            other = context.cast(builder, _item(builder, row_data, other), signature.args[2].dtype, types.int64)
            place = _row(builder, label_data, other, vector, LANES)
            whole = builder.add(here, _splat(builder, vector, _item(builder, weight_data, entry)))
            builder.store(_smaller(builder, whole, builder.load(place, align=4)), place, align=4)
        return context.get_dummy_value()

    return types.void(labels, row, row_of, node, weight, begin, end), emit


def _plain_gather_min(
    into: Labels, row: int, fresh: int, labels: Labels, node: Labels, weight: Labels, begin: int, end: int
) -> None:
    if fresh:
        into[row] = fresh
    for entry in range(begin, end):
        into[row] = np.minimum(into[row], labels[node[entry]] + weight[entry])


def _plain_scatter_min(
    labels: Labels, row: int, row_of: Labels, node: Labels, weight: Labels, begin: int, end: int
) -> None:
    here = labels[row].copy()
    for entry in range(begin, end):
        other = row_of[node[entry]]
        labels[other] = np.minimum(labels[other], here + weight[entry])


_emitted_gather_min: Any = _gather_min
_emitted_scatter_min: Any = _scatter_min


def _checked_gather_min(
    into: Labels, row: int, fresh: int, labels: Labels, node: Labels, weight: Labels, begin: int, end: int
) -> None:
    _check_rows(into, row, node, weight, begin, end)
    for entry in range(begin, end):
        if node[entry] < 0 or node[entry] >= labels.shape[0]:
            raise IndexError("gather_min: node is out of bounds")
    _emitted_gather_min(into, row, fresh, labels, node, weight, begin, end)


def _checked_scatter_min(
    labels: Labels, row: int, row_of: Labels, node: Labels, weight: Labels, begin: int, end: int
) -> None:
    _check_rows(labels, row, node, weight, begin, end)
    for entry in range(begin, end):
        if row_of[node[entry]] < 0 or row_of[node[entry]] >= labels.shape[0]:
            raise IndexError("scatter_min: row is out of bounds")
    _emitted_scatter_min(labels, row, row_of, node, weight, begin, end)


def _check_rows(labels: Labels, row: int, node: Labels, weight: Labels, begin: int, end: int) -> None:
    if labels.shape[1] != LANES or row < 0 or row >= labels.shape[0]:
        raise IndexError("row is out of bounds")
    if begin < end and (begin < 0 or end > node.size or end > weight.size):
        raise IndexError("entries are out of bounds")


gather_min: Any = _plain_gather_min if PLAIN_PYTHON else _gather_min
"""gather_min(into, row, fresh, labels, node, weight, begin, end): into[row] = min(begin, labels[node] + weight).

`begin` is what stands in the row, or `fresh` in all lanes where that is not 0.
"""
scatter_min: Any = _plain_scatter_min if PLAIN_PYTHON else _scatter_min
"""scatter_min(labels, row, row_of, node, weight, begin, end): labels[row_of[node]] = min(it, labels[row] + weight)."""

if vars(config)["BOUNDSCHECK"] and not PLAIN_PYTHON:
    _check_rows = kernel(_check_rows)
    gather_min, scatter_min = kernel(_checked_gather_min), kernel(_checked_scatter_min)
