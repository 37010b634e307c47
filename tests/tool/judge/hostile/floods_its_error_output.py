import sys

for _ in range(200):
    sys.stderr.write("x" * 1_000_000)


def gradient(f, x):
    return x
