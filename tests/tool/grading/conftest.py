"""Ctrl-C that is heard, and a class of thirty, judged once for all that read it."""

import signal
from types import SimpleNamespace

import pytest

from tests.tool.grading import cohorts

PEOPLE = [
    f"{first} {last}"
    for first in ("Ada", "李", "Zoë", "Mahmoud", "Ngọc")
    for last in "KLMNOP"
]
SKIPPED = ("autograd/hessian_vector_product",)


@pytest.fixture(autouse=True)
def ctrl_c():
    """Ctrl-C is heard, even where the tests run in the background of a shell, which has
    it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    truth = cohorts.make(folder, PEOPLE, SKIPPED)
    return SimpleNamespace(folder=folder, people=PEOPLE, truth=truth, skipped=SKIPPED)
