"""The picture of the house shows the rooms that the import contract names."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = CONTRACTS["contracts"][0]["layers"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_picture_has_every_room_in_its_order(page):
    text = (ROOT / page).read_text()
    picture = text[text.index("captures  ") :].partition("```")[0]
    rows = [re.split(r"  +", line.strip())[0] for line in picture.splitlines()]
    rooms = [set(row.split(" | ")) for row in rows if row]
    assert rooms == [set(layer.split(" | ")) for layer in LAYERS]
