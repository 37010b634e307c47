import ctypes


def gradient(f, x):
    ctypes.string_at(0)
