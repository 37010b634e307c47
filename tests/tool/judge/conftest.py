"""The way to a verdict that a test is about."""

import pytest


@pytest.fixture
def fresh_way(monkeypatch):
    """A fresh process for each verdict."""
    monkeypatch.setenv("BACKPREP_JUDGE", "fresh")
