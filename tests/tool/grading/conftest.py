"""A class of thirty, judged once for all tests that read its results."""

from types import SimpleNamespace

import pytest

from tests.tool.grading import cohorts

PEOPLE = [
    f"{first} {last}"
    for first in ("Ada", "李", "Zoë", "Mahmoud", "Ngọc")
    for last in "KLMNOP"
]
SKIPPED = ("autograd/hessian_vector_product",)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    truth = cohorts.make(folder, PEOPLE, SKIPPED)
    return SimpleNamespace(folder=folder, people=PEOPLE, truth=truth, skipped=SKIPPED)
