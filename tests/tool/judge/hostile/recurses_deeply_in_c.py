import sys

sys.setrecursionlimit(10**9)


def gradient(f, x):
    return gradient(f, [x])
