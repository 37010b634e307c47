"""Run the examples, and keep what they print.

`python -m backprep.evidence.outputs` runs all of them, or those that it is given by
name, such as `autograd/gradient`. It rewrites a record only where the code has changed
or prints something else. Whole numbers and words are compared as they are. Other
numbers may differ by the example's tolerance, relative (`# tolerance: 1e-2` on a
line of its code, else 1e-4), and those without an exponent by a hundredth of it,
absolute, or by 1 in the last of four or more decimals. A line that ends in
`(timing)` is not compared.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from backprep.bank.question import BankError
from backprep.bank.questions import bank_root
from backprep.evidence import examples
from backprep.evidence.examples import CELL, RECORDS, Record, Script
from backprep.evidence.origin import Origin

TIMING = "(timing)"
SECONDS = 120
NEEDS_TENSORFLOW = "needs TensorFlow: pip install tensorflow-cpu"
NUMBER = re.compile(
    r"(?<![\w.])([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?!\w)", re.IGNORECASE
)
# the same on every machine, as far as that goes, and no word from TensorFlow
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def runnable(script: Script) -> bool:
    """Whether what the script imports is installed."""
    return not script.needs_tensorflow or has_tensorflow()


def has_tensorflow() -> bool:
    """Whether TensorFlow is installed; it is not imported."""
    return importlib.util.find_spec("tensorflow") is not None


def run(script: Script) -> str:
    """What the script prints, in a process and an empty folder of its own.

    Where it has cells, each of their lines `# %% name` is printed as it is passed.
    Raises BankError where it ends in an error or not within two minutes.
    """
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, script.path.name)
        program.write_text(
            CELL.sub(lambda line: f"print({line[0].rstrip()!r})\n", script.code),
            encoding="utf-8",
        )
        return printed([str(program)], script)


def printed(arguments: Sequence[str], script: Script) -> str:
    """What Python prints for the sake of a script, in an empty folder of its own.

    Raises BankError where it ends in an error or not within two minutes.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-P", *arguments],
                cwd=folder,
                env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(script.root)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise BankError(
                f"{script.path} ran for more than {SECONDS} seconds; make it shorter."
            ) from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it says nothing"]
        raise BankError(
            f"{script.path} ended with exit code {done.returncode}: {last[0]}. "
            "An error that it is meant to show, it must catch and print."
        )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def same(recorded: str, printed: str, tolerance: float) -> bool:
    """Whether two outputs say the same, as the head of this module defines it."""
    before, now = recorded.splitlines(), printed.splitlines()
    return len(before) == len(now) and all(
        (a.endswith(TIMING) and b.endswith(TIMING)) or _same_line(a, b, tolerance)
        for a, b in zip(before, now, strict=True)
    )


def _same_line(a: str, b: str, tolerance: float) -> bool:
    # the parts at odd places are numbers; columns may be of another width
    before, now = NUMBER.split(" ".join(a.split())), NUMBER.split(" ".join(b.split()))
    return len(before) == len(now) and all(
        _same_number(x, y, tolerance) if n % 2 else x.strip() == y.strip()
        for n, (x, y) in enumerate(zip(before, now, strict=True))
    )


def _same_number(a: str, b: str, tolerance: float) -> bool:
    if a.lstrip("+-").isdigit() and b.lstrip("+-").isdigit():
        return int(a) == int(b)
    if "e" in (a + b).lower():  # too small or large for an absolute bound
        return math.isclose(float(a), float(b), rel_tol=tolerance)
    decimals = min(len(number.partition(".")[2]) for number in (a, b))
    # 1.01: a difference of exactly one place is not exact in binary
    rounding = 1.01 * 10**-decimals if decimals >= 4 else 0
    bound = max(tolerance / 100, rounding)
    return math.isclose(float(a), float(b), rel_tol=tolerance, abs_tol=bound)


def record(root: Path, names: Sequence[str] = ()) -> Iterator[str]:
    """Bring every record up to date, or those of the examples named; says what was
    written, taken out or skipped. Raises BankError where there is no such example."""
    scripts = [Script(root, name) for name in examples.find(root)]
    known = {script.record for script in scripts}
    for path in sorted((root / RECORDS).rglob("*.json")):
        if path not in known:
            path.unlink()
            yield f"{path}: taken out, its example is gone"
    for name in set(names).difference(script.name for script in scripts):
        raise BankError(f'There is no example "{name}" in {root / examples.SCRIPTS}.')
    scripts = [script for script in scripts if not names or script.name in names]
    missing = [script for script in scripts if not runnable(script)]
    for script in missing:
        yield f"{script.path}: skipped, {NEEDS_TENSORFLOW}"
    scripts = [script for script in scripts if script not in missing]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for script, output in zip(scripts, pool.map(run, scripts), strict=True):
            if not up_to_date(script, output):
                _record(script, output).write(script.record)
                yield f"{script.record}: written"


def up_to_date(script: Script, output: str) -> bool:
    """Whether the record is of this code and says what it prints."""
    try:
        example = examples.load(script.root, script.name)
    except BankError:
        return False
    return same(example.output, output, script.tolerance)


def _record(script: Script, output: str) -> Record:
    others = {}
    if script.needs_tensorflow:
        others["tensorflow"] = tensorflow_version()
        others["keras"] = importlib.metadata.version("keras")
    return Record(script.code_sha256, output, Origin.here(**others))


def tensorflow_version() -> str:
    """The version that is installed."""
    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "of unknown version"


def main(names: Sequence[str]) -> None:
    """Bring records up to date, and say which were written."""
    root = bank_root()
    try:
        for line in record(root, names):
            print(line.replace(f"{root}{os.sep}", ""))
    except BankError as error:
        sys.exit(str(error))
    print(f"{len(names or examples.find(root))} examples")


if __name__ == "__main__":
    main(sys.argv[1:])
