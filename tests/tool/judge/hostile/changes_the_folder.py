import os

os.chdir("/")


def gradient(f, x):
    os.chdir("/proc")
    return x
