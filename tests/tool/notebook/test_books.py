"""`backprep notebook` writes notebooks, and never over one that is in use."""

import sys

import nbformat
import pytest

from backprep.bank.questions import load_questions, own_root, read_question
from backprep.bank.starter import starter
from backprep.notebook.book import book_path

QUESTIONS = load_questions()


@pytest.fixture
def book(tmp_path):
    return tmp_path / "books/autograd/gradient.ipynb"


def sources(path):
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def test_it_holds_the_prompt_the_starter_and_a_hint(command, book, gradient):
    said = command("notebook", "gradient", "books")
    assert said.stdout == "10 minutes. Open books/autograd/gradient.ipynb\n"
    found = sources(book)
    assert gradient.prompt in found["prompt"]
    assert found["load"] == "%load_ext backprep\n%answers ../../answers"
    assert found["answer"] == f"%%check gradient\n{starter(gradient)}".rstrip()
    assert found["hint"] == "# %hint gradient"  # to run all cells costs nothing


def test_there_is_one_for_each_question(command, tmp_path):
    said = command("notebook", "--all", "books")
    assert said.stdout == f"{len(QUESTIONS)} notebooks written to books.\n"
    for question in QUESTIONS:
        path = book_path(question, tmp_path / "books")
        nbformat.validate(nbformat.read(path, as_version=4))
        assert question.title in sources(path)["prompt"]


def test_one_to_explain_aloud_has_notes_and_a_reveal_to_ask_for(command, tmp_path):
    command("notebook", "comparison", "books")
    question = read_question("pytorch_vs_tensorflow/comparison")
    found = sources(book_path(question, tmp_path / "books"))
    assert "say it aloud" in found["notes"]
    assert found["reveal"] == "# %reveal comparison --yes"


def test_none_gives_an_answer_away(command, tmp_path):
    command("notebook", "--all", "books")
    for question in QUESTIONS:
        text = book_path(question, tmp_path / "books").read_text()
        assert not any(hint in text for hint in question.hints)


def test_one_that_nobody_touched_is_renewed(command, book):
    command("notebook", "gradient", "books")
    command("notebook", "gradient", "books", "--answers", "elsewhere")
    assert "%answers ../../elsewhere" in sources(book)["load"]


def test_one_that_jupyter_saved_unchanged_is_renewed(command, book):
    command("notebook", "gradient", "books")
    saved = nbformat.read(book, as_version=4)
    saved.metadata.language_info.version = "3.13.0"
    saved.cells[1].metadata["collapsed"] = True
    nbformat.write(saved, book)
    command("notebook", "gradient", "books", "--answers", "elsewhere")
    assert "%answers ../../elsewhere" in sources(book)["load"]


def written_in(book):
    found = nbformat.read(book, as_version=4)
    found.cells[2].source += "\n# mine"
    nbformat.write(found, book)


def run_in(book):
    found = nbformat.read(book, as_version=4)
    found.cells[1].outputs = [nbformat.v4.new_output("stream", text="seen")]
    nbformat.write(found, book)


def with_a_cell_more(book):
    found = nbformat.read(book, as_version=4)
    found.cells.append(nbformat.v4.new_code_cell("1"))
    nbformat.write(found, book)


def another_file(book):
    book.write_text("my notes")


def another_notebook(book):
    nbformat.write(nbformat.v4.new_notebook(), book)


def no_text(book):
    book.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    "change",
    [written_in, run_in, with_a_cell_more, another_file, another_notebook, no_text],
)
def test_one_that_was_changed_stays_as_it_is_and_is_named(command, book, change):
    command("notebook", "gradient", "books")
    change(book)
    before = book.read_bytes()
    said = command("notebook", "gradient", "books")
    assert (said.exit_code, book.read_bytes()) == (0, before)
    assert f"{book.relative_to(book.parents[2])} was changed or run" in said.stdout
    assert (
        f"{len(QUESTIONS) - 1} notebooks"
        in command("notebook", "--all", "books").stdout
    )
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "sentence", "code"),
    [
        ((), "Name one question, or say --all", 2),
        (("gradient",), "and name a folder", 2),
        (("--all",), "and name a folder", 2),
        (("gradient", "books", "--all"), "Name one question, or say --all", 2),
        (("gradint", "books"), "Did you mean autograd/gradient?", 2),
        (("gradient", "a_file"), "is a file", 2),
        (("gradient", "spoilt"), "spoilt/autograd/gradient.ipynb is a folder", 3),
        (("gradient", "a_file/books"), "cannot be written: Not a directory", 3),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    backprep, workspace, arguments, sentence, code
):
    (workspace / "a_file").touch()
    (workspace / "spoilt/autograd/gradient.ipynb").mkdir(parents=True)
    done = backprep("notebook", *arguments)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bank_of_ones_own_is_named_in_it(command, small_bank, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    command("notebook", "double", "books")
    found = sources(tmp_path / "books/autograd/double.ipynb")
    assert small_bank != own_root()
    assert found["load"].startswith(f"%env BACKPREP_BANK={small_bank}\n%load_ext")


@pytest.mark.parametrize("missing", ["IPython", "nbformat"])
def test_without_the_extra_it_says_what_installs_it(command, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    done = command("notebook", "gradient", "books")
    assert done.exit_code == 2
    assert 'pip install "backprep[notebook]"' in done.stderr
