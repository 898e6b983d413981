"""Loops over arrays that are compiled to machine code.

Matching is arithmetic on a few dozen short rows per article: as calls of an array library most of its time went into
the calls. Plain loops, compiled, take a fraction of that and say what they do. A compiled function sees constants of
its module as they were when it was compiled, and its code is kept as long as *that* file does not change: so it calls
only functions of its own file, and what other modules decide comes as an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

__all__ = ["compiled"]

_Args = ParamSpec("_Args")
_Found = TypeVar("_Found")


def compiled(loop: Callable[_Args, _Found]) -> Callable[_Args, _Found]:
    """``loop``, compiled when it is first called with arguments of new types; division by zero gives inf or nan, as
    with arrays. Without ``fastmath``: sums keep their order, so equal input gives equal bits. The code is kept on disk
    where that can be written to."""
    try:
        found = numba.njit(cache=True, error_model="numpy")(loop)
    except RuntimeError:  # neither the package nor a home directory can be written to
        found = numba.njit(error_model="numpy")(loop)
    return cast(Callable[_Args, _Found], found)
