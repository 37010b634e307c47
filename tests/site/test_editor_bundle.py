"""The editor is built from what is here, or is not named at all."""

import json
import shutil

import pytest

from backprep.bank.questions import bank_root, read_question
from backprep.site import editor, question

ROOT = bank_root()


@pytest.fixture
def root(tmp_path):
    """A clone in which the editor was built."""
    shutil.copytree(ROOT / editor.SOURCE, tmp_path / editor.SOURCE)
    (tmp_path / editor.BUILT).mkdir(parents=True)
    editor._bundle(tmp_path).write_text("export const open = 1;")
    return tmp_path


def test_what_was_built_is_a_file_of_the_site(root):
    assert editor.is_built(root)
    assert editor.data(root).content == "export const open = 1;"


@pytest.mark.parametrize("name", editor.FILES)
def test_it_is_built_anew_when_a_source_changes(root, name):
    path = root / editor.SOURCE / name
    path.write_text(f"{path.read_text()}\n")
    assert not editor.is_built(root)


def test_a_page_names_the_editor_only_where_it_is(monkeypatch):
    gradient = read_question("autograd/gradient")
    monkeypatch.setattr(editor, "is_built", lambda root: False)
    assert editor.URI not in question.page(gradient).body
    monkeypatch.setattr(editor, "is_built", lambda root: True)
    assert f'editor="{editor.URI}"' in question.page(gradient).body


def test_without_npm_it_is_said_why_there_is_none(root, monkeypatch):
    editor._bundle(root).unlink()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(editor.EditorError, match="npm is not installed"):
        editor.build(root)


def test_what_it_is_made_of_is_pinned_and_found_at_any_registry():
    lock = json.loads((ROOT / editor.SOURCE / "package-lock.json").read_text())
    packages = {name: found for name, found in lock["packages"].items() if name}
    assert all("resolved" not in found for found in packages.values())
    assert all(found["integrity"] for found in packages.values())
