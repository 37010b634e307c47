"""An answer that was put aside comes back, and nothing is lost on the way."""

import pytest

from backprep.workspace import answer_file


@pytest.fixture
def path(gradient, tmp_path):
    path, _ = answer_file.start(gradient, tmp_path)
    return path


def test_the_last_one_comes_back(gradient, tmp_path, path):
    for text in ("first", "second"):
        path.write_text(text)
        answer_file.reset(gradient, tmp_path)
    _, kept = answer_file.restore(gradient, tmp_path)
    assert path.read_text() == "second"
    assert not kept.exists()
    assert answer_file.last_kept(gradient, tmp_path).path.read_text() == "first"


def test_a_second_call_undoes_the_first(gradient, tmp_path, path):
    path.write_text("old")
    answer_file.reset(gradient, tmp_path)
    path.write_text("new")
    answer_file.restore(gradient, tmp_path)
    assert path.read_text() == "old"
    answer_file.restore(gradient, tmp_path)
    assert path.read_text() == "new"


def test_a_starter_that_nobody_edited_is_not_kept(gradient, tmp_path, path):
    path.write_text("old")
    answer_file.reset(gradient, tmp_path)
    answer_file.restore(gradient, tmp_path)
    assert answer_file.last_kept(gradient, tmp_path) is None


def test_without_one_nothing_happens(gradient, tmp_path, path):
    path.write_text("mine")
    assert answer_file.restore(gradient, tmp_path) == (path, None)
    assert path.read_text() == "mine"


def test_it_says_when_it_was_put_aside(gradient, tmp_path, path, monkeypatch):
    path.write_text("old")
    _, kept = answer_file.reset(gradient, tmp_path)
    kept.rename(kept.with_name("gradient-20261125-100000-000001.py"))
    at = answer_file.last_kept(gradient, tmp_path).at
    assert at.isoformat().startswith("2026-11-25T10:00:00.000001")
    assert at.tzinfo is not None
