"""What strangers hand in is read as far as that is safe, and the rest is named."""

import os
import stat
import zipfile

import pytest

from backprep.bank.questions import load_questions
from backprep.grading.results import GradingError
from backprep.grading.submissions import LARGEST, MOST_FILES, submissions

DOUBLE = "autograd/double.py"


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "submissions"
    found.mkdir()
    return found


@pytest.fixture
def read(folder, small_bank):
    """Each answer that is found, by person, and the sentences about the rest."""

    def read():
        problems = []
        found = {
            submission.person: list(
                submission.answers(load_questions(small_bank), problems)
            )
            for submission in submissions(folder, problems)
        }
        return found, problems

    return read


def hand_in(folder, person, name=DOUBLE, content="mine = 1\n"):
    path = folder / person / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def zipped(folder, person, entries):
    with zipfile.ZipFile(folder / f"{person}.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)


@pytest.mark.parametrize(
    "person", ["Ada Lovelace", "李雷", "line\nbreak", "<b>&amp;", "-rf", "=1+1", "a.b"]
)
def test_a_person_may_have_any_name(folder, read, person):
    hand_in(folder, person)
    found, problems = read()
    assert [answer.files for answer in found[person]] == [{DOUBLE: b"mine = 1\n"}]
    assert problems == []


def test_a_name_that_is_not_utf_8_is_shown_as_python_writes_it(folder, read):
    hand_in(folder, os.fsdecode(b"Zo\xeb"))
    found, _ = read()
    assert list(found) == ["Zo\\udceb"]


@pytest.mark.parametrize("top", ["", "answers/", "Ada's answers/"])
def test_a_zip_may_have_one_folder_around_the_topics(folder, read, top):
    zipped(
        folder,
        "Ada",
        {f"{top}{DOUBLE}": "mine = 1\n", f"__MACOSX/{top}autograd/._double.py": "x"},
    )
    found, problems = read()
    assert found["Ada"][0].files == {DOUBLE: b"mine = 1\n"}
    assert problems == []


def test_a_folder_may_have_one_folder_around_the_topics(folder, read):
    hand_in(folder, "Ada", f"answers/{DOUBLE}")
    assert read()[0]["Ada"][0].files == {DOUBLE: b"mine = 1\n"}


def test_the_modules_that_an_answer_imports_come_with_it(folder, read):
    hand_in(folder, "Ada", content="from helper import twice\n")
    hand_in(folder, "Ada", "autograd/helper.py", "import deep.er\n")
    hand_in(folder, "Ada", "autograd/deep/er.py", "twice = 2\n")
    hand_in(folder, "Ada", "autograd/unused.py", "")
    found, problems = read()
    assert list(found["Ada"][0].files) == [
        DOUBLE,
        "autograd/deep/er.py",
        "autograd/helper.py",
    ]
    assert problems == ["Ada: autograd/unused.py answers no question and was left out."]


def test_another_module_makes_another_answer(folder, read):
    for person, helper in {"Ada": "a = 1\n", "Bob": "a = 2\n"}.items():
        hand_in(folder, person, content="import helper\n")
        hand_in(folder, person, "autograd/helper.py", helper)
    found, _ = read()
    assert found["Ada"][0].digest != found["Bob"][0].digest


def test_bytes_of_a_module_do_not_count_as_the_answer_s(folder, read):
    """Else somebody could hand in the digest of an answer that passes."""
    hand_in(folder, "Ada", content="import helper\n")
    hand_in(folder, "Ada", "autograd/helper.py", "a = 1\n")
    hand_in(folder, "Bob", content="import helper\na = 1\n")
    found, _ = read()
    assert found["Ada"][0].digest != found["Bob"][0].digest


def test_a_link_is_not_followed(folder, read, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("secret")
    path = hand_in(folder, "Ada")
    path.unlink()
    path.symlink_to(secret)
    found, _ = read()
    assert found["Ada"][0].problem == f"{DOUBLE} is a link, which is not followed."
    assert found["Ada"][0].files == {}


def test_a_linked_folder_is_not_followed(folder, read, tmp_path):
    hand_in(tmp_path, "elsewhere")
    (folder / "Ada").mkdir()
    (folder / "Ada" / "autograd").symlink_to(tmp_path / "elsewhere" / "autograd")
    (folder / "Bob").symlink_to(tmp_path / "elsewhere")
    found, problems = read()
    assert found == {"Ada": []}
    assert problems == [
        "Bob: it is a link, which is not followed.",
        "Ada: there is no answer to a question in it.",
        "Ada: autograd is a link, which is not followed.",
    ]


def test_an_imported_link_is_not_followed(folder, read):
    hand_in(folder, "Ada", content="import helper\n")
    (folder / "Ada" / "autograd" / "helper.py").symlink_to("/etc/passwd")
    assert read()[0]["Ada"][0].files == {}


def test_nobody_waits_for_a_fifo(folder, read):
    path = hand_in(folder, "Ada")
    path.unlink()
    os.mkfifo(path)
    answer = read()[0]["Ada"][0]
    assert answer.problem == f"{DOUBLE} is a FIFO; a file is expected there."


def test_a_large_file_is_not_read(folder, read):
    with hand_in(folder, "Ada").open("wb") as file:
        file.truncate(100 * 2**20)
    answer = read()[0]["Ada"][0]
    assert answer.problem == f"{DOUBLE} is larger than 256 kB, and was not read."


def test_a_file_that_grows_out_of_a_zip_is_not_read(folder, read):
    zipped(folder, "Ada", {DOUBLE: b" " * (100 * 2**20)})
    answer = read()[0]["Ada"][0]
    assert answer.problem == f"{DOUBLE} is larger than 256 kB, and was not read."


def test_a_zip_that_understates_a_file_is_read_no_further(folder, read):
    zipped(folder, "Ada", {DOUBLE: b" " * (LARGEST + 1)})
    path = folder / "Ada.zip"
    size = (LARGEST + 1).to_bytes(4, "little")
    assert path.read_bytes().count(size) == 2
    path.write_bytes(path.read_bytes().replace(size, (9).to_bytes(4, "little")))
    assert read()[0]["Ada"][0].files == {}


@pytest.mark.parametrize("outside", [f"../Bob/{DOUBLE}", "/etc/x.py", "..\\x.py"])
def test_a_zip_may_not_reach_out_of_itself(folder, read, outside):
    hand_in(folder, "Bob", content="Bob's\n")
    zipped(folder, "Ada", {DOUBLE: "mine = 1\n", outside: "Ada's\n"})
    found, problems = read()
    assert found["Ada"] == []
    assert found["Bob"][0].files == {DOUBLE: b"Bob's\n"}
    assert len(problems) == 1
    assert "lies outside of it" in problems[0]


def test_a_link_in_a_zip_is_not_read(folder, read):
    link = zipfile.ZipInfo(DOUBLE)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "Ada.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    answer = read()[0]["Ada"][0]
    assert answer.problem.startswith(f"{DOUBLE} is a link or a device in the zip")


def test_an_encrypted_file_is_named(folder, read):
    zipped(folder, "Ada", {DOUBLE: "mine = 1\n"})
    path = folder / "Ada.zip"
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert read()[0]["Ada"][0].problem == f"{DOUBLE} is encrypted in the zip."


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(60)])
def test_a_broken_zip_is_named(folder, read, content):
    (folder / "Ada.zip").write_bytes(content)
    found, problems = read()
    assert found == {"Ada": []}
    assert problems == ["Ada: the zip is damaged or cannot be read."]


def test_a_damaged_file_of_a_zip_is_named(folder, read):
    zipped(folder, "Ada", {DOUBLE: "mine = 1\n" * 100})
    path = folder / "Ada.zip"
    content = bytearray(path.read_bytes())
    at = content.index(DOUBLE.encode()) + len(DOUBLE)
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert read()[0]["Ada"][0].problem == f"{DOUBLE} is damaged in the zip."


def test_a_submission_of_too_many_files_is_not_read(folder, read):
    zipped(folder, "Ada", {f"autograd/x{n}.py": "" for n in range(MOST_FILES + 1)})
    assert read()[1] == ["Ada: it holds more than 2000 files."]


def test_a_name_in_a_sentence_commands_no_terminal(folder, read):
    hand_in(folder, "Ada\x1b[2J\n", "autograd/\x1b[31m\n.py")
    sentences = "".join(read()[1])
    assert "\x1b" not in sentences
    assert "\n" not in sentences


def test_what_is_no_submission_is_named(folder, read):
    hand_in(folder, "Ada")
    (folder / "grades.csv").write_text("")
    (folder / ".DS_Store").write_text("")
    assert read()[1] == ["grades.csv: it is neither a folder nor a zip."]


@pytest.mark.parametrize("other", ["Ada.zip", "Ada.ZIP"])
def test_a_person_hands_in_once(folder, read, other):
    hand_in(folder, "Ada")
    zipped(folder, "Ada", {})
    (folder / "Ada.zip").rename(folder / other)
    with pytest.raises(GradingError, match=r"two submissions of Ada: Ada and Ada"):
        read()


def test_two_ways_to_write_an_accent_are_one_person(folder, read):
    hand_in(folder, "Zo\u00eb")
    hand_in(folder, "Zoe\u0308")
    with pytest.raises(GradingError, match="two submissions"):
        read()


def test_no_submissions_are_said_to_be_none(folder, read):
    with pytest.raises(GradingError, match="holds no submission"):
        read()
    folder.rmdir()
    with pytest.raises(GradingError, match="There is no folder"):
        read()
