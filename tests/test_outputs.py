"""What the pages show as output is still what the shown code prints."""

import pytest

from backprep.bank.questions import bank_root
from backprep.evidence import examples, outputs
from backprep.evidence.examples import Script

ROOT = bank_root()


# both sides of the comparison are run by tests/facts/test_comparison_rows.py,
# which starts TensorFlow once for all of them
NAMES = [name for name in examples.find(ROOT) if not name.startswith("comparison/")]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_still_prints_what_is_recorded(name):
    script = Script(ROOT, name)
    recorded = examples.load(ROOT, name).output
    if not outputs.runnable(script):
        pytest.skip(outputs.NEEDS_TENSORFLOW)
    printed = outputs.run(script)
    assert outputs.same(recorded, printed, script.tolerance), (
        f"{script.path} prints something else than recorded; look whether it should, "
        f"and run make outputs.\nrecorded:\n{recorded}\nprinted:\n{printed}"
    )


def test_no_record_is_left_over():
    folder = ROOT / examples.RECORDS
    records = [
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*.json")
    ]
    assert sorted(records) == examples.find(ROOT)
