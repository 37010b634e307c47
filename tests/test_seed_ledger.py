"""The seed ledger names checks and sources that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEDGER = (ROOT / "docs/seed-ledger.md").read_text()
ROWS = [
    line
    for line in LEDGER.splitlines()
    if line.startswith("| ") and not line.startswith("| The notes say")
]
CHECK = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def defined(path):
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_check_that_is_named_exists():
    found = CHECK.findall(LEDGER)
    assert len(found) > 50
    assert [f"{p}::{n}" for p, n in found if n not in defined(p)] == []


def test_every_row_is_shown_by_a_check_or_has_a_dated_source():
    bare = [
        row
        for row in ROWS
        if not CHECK.search(row)
        and not re.search(r"\]\(https?://.*20\d\d-\d\d(-\d\d)?", row)
    ]
    assert bare == []


def test_every_line_of_the_seeds_code_has_its_place():
    for code in (
        "torch.tensor([1.0, 2.0, 3.0], requires_grad=True)",
        "loss.backward()",
        "print(x.grad)",
        "self.embedding",
        "self.encoder",
        "self.classifier",
        "torch.cat",
        "torch.device",
        "AdamW",
        "CrossEntropyLoss",
        "zero_grad",
        "clip_grad_norm_",
        "total_loss += loss.item()",
        "model.eval()",
        "torch.no_grad()",
        "num_workers=4",
        "pin_memory=True",
        "torch.save(model.state_dict()",
        "load_state_dict",
        "GradScaler()",
        "scaler.scale(loss).backward()",
        "scaler.step(optimizer)",
        "scaler.update()",
    ):
        assert code in LEDGER, code
