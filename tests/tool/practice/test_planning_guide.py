"""The guide on planning shows what its commands say, and its picture what they draw."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "docs" / "_captures" / "practice.py"


@pytest.fixture(scope="module")
def captures():
    spec = importlib.util.spec_from_file_location("captures", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_guide_shows_what_the_commands_say(captures):
    """Write it anew: make captures"""
    page = captures.PAGE.read_text()
    assert captures.filled(page) == page
    assert page.count("$ backprep") >= 4


def test_the_picture_is_what_is_drawn(captures, tmp_path):
    """Draw it anew: make captures"""
    for path in captures.pictures(tmp_path):
        assert path.read_text() == (captures.PICTURE.parent / path.name).read_text()
