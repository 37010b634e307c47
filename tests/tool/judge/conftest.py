"""Both ways to a verdict, as a candidate's machine may have them."""

import pytest


@pytest.fixture(params=["fork", "fresh"])
def each_way(request, monkeypatch):
    """The test runs once for each way."""
    monkeypatch.setenv("BACKPREP_JUDGE", request.param)
    return request.param


@pytest.fixture
def fresh_way(monkeypatch):
    """A fresh process for each verdict."""
    monkeypatch.setenv("BACKPREP_JUDGE", "fresh")
