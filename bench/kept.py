# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads what the cache keeps, as tool/Cache.cpp writes it."""


def rows(blob):
    """The numbers of a list: each is coded, in LEB128, as its distance from the one before."""
    last, value, shift = 0, 0, 0
    for byte in blob:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            last += value
            yield last
            value, shift = 0, 0
