"""Results only grow, and survive whatever ends a run."""

import dataclasses
import json
import resource

import pytest

from backprep.grading.results import (
    CannotGoOn,
    Cohort,
    Graded,
    GradingError,
    read,
    writing,
)

ADA = Graded(
    person="Ada",
    question="autograd/double",
    answer="a" * 64,
    checks="c" * 64,
    versions={"backprep": "1", "torch": "2", "python": "3"},
    judged_at="2026-11-29T08:00:00+00:00",
    worker="this machine",
    verdict={"verdict": "failed"},
    mistake="adds_one",
)


@pytest.fixture
def write(tmp_path):
    def write(*graded):
        with writing(tmp_path) as writer:
            writer.begin(Cohort(["Ada", "Bob"], ["autograd/double"], ["A sentence."]))
            for one in graded:
                writer.add(one)

    return write


def lines(folder):
    return (folder / "verdicts.jsonl").read_text().splitlines()


def test_what_is_written_is_read(tmp_path, write):
    write(ADA)
    assert read(tmp_path) == (
        Cohort(["Ada", "Bob"], ["autograd/double"], ["A sentence."]),
        [ADA],
    )


def test_a_later_verdict_replaces_an_earlier_one(tmp_path, write):
    later = dataclasses.replace(ADA, verdict={"verdict": "passed"}, mistake=None)
    write(ADA, later)
    assert read(tmp_path)[1] == [later]
    assert len(lines(tmp_path)) == 2


def test_who_is_not_of_the_cohort_any_more_is_left_out(tmp_path, write):
    write(dataclasses.replace(ADA, person="Eve"))
    assert read(tmp_path)[1] == []


def test_a_line_that_was_cut_does_not_count_and_is_taken_away(tmp_path, write):
    write(ADA)
    with (tmp_path / "verdicts.jsonl").open("a") as file:
        file.write('{"schema": 1, "person": "Bo')
    assert read(tmp_path)[1] == [ADA]
    bob = dataclasses.replace(ADA, person="Bob")
    write(bob)
    assert read(tmp_path)[1] == [ADA, bob]


def test_a_name_of_any_bytes_is_kept(tmp_path, write):
    odd = dataclasses.replace(ADA, verdict={"output": "half a character: \ud83d\n"})
    write(odd)
    assert read(tmp_path)[1] == [odd]


def test_results_of_another_version_are_refused_and_stay(tmp_path, write):
    write(ADA)
    path = tmp_path / "verdicts.jsonl"
    path.write_text(path.read_text().replace('{"schema": 1', '{"schema": 2'))
    before = path.read_text()
    with pytest.raises(GradingError, match=r"jsonl:1 was written by another version"):
        read(tmp_path)
    assert path.read_text() == before


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"schema": 1}'])
def test_a_line_that_is_no_verdict_is_named(tmp_path, write, line):
    write(ADA)
    with (tmp_path / "verdicts.jsonl").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(GradingError, match=r"jsonl:2 is not .*; delete the line"):
        read(tmp_path)


def test_a_folder_without_results_is_named(tmp_path):
    with pytest.raises(GradingError, match="holds no results"):
        read(tmp_path)


def test_two_runs_do_not_write_at_a_time(tmp_path):
    with (
        writing(tmp_path),
        pytest.raises(GradingError, match="Another `backprep grade` writes"),
        writing(tmp_path),
    ):
        pass


def test_a_full_disk_costs_the_verdict_that_does_not_fit(tmp_path, write):
    """A limit on the size of files stands for the disk: a write fails in its middle."""
    write(ADA)
    size = (tmp_path / "verdicts.jsonl").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
        with pytest.raises(CannotGoOn, match="File too large"):
            write(dataclasses.replace(ADA, person="Bob"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [json.loads(line)["person"] for line in lines(tmp_path)] == ["Ada"]
