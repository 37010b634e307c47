"""The page of one program: all of it, in its order, and right where notes are wrong."""

import re

import pytest

from backprep.bank.questions import bank_root
from backprep.evidence.examples import Script, cells

ROOT = bank_root()
PAGE = (ROOT / "docs/one_page.md").read_text()
CODE = Script(ROOT, "one_page/program").code
LEDGER = (ROOT / "docs/seed-ledger.md").read_text()

CORRECTED = {
    # the line of the notes: what the page says or does in its place, and where it leads
    "`loss.backward()`": ("adds to `.grad`", "autograd/grad_accumulates"),
    "`super().__init__()`": ("super().__init__()  # before the first layer", ""),
    "`self.embedding": ("padding_idx=0", "model_building/padded_text_classifier"),
    "`_, (hidden, _)": ("(2, batch, 64)", "model_building/text_classifier"),
    "`forward` reads": (
        "pack_padded_sequence(",
        "model_building/padded_text_classifier",
    ),
    "“Concatenate the": ("last *hidden states*", "model_building/text_classifier"),
    "`hidden[0]`": ("[hidden[-2], hidden[-1]]", "model_building/text_classifier"),
    "The order of": ("train_loader = make_loader(", ""),
    "`device = torch.device": ("torch.accelerator.current_accelerator()", ""),
    "`optimizer = torch.optim.AdamW": ('"weight_decay": 0.01},  # the default', ""),
    "`model.parameters()` with": ("p.ndim < 2", "training_loop/adamw"),
    "`criterion =": ("nn.CrossEntropyLoss()  # takes logits", ""),
    "`for batch_x": ("x = x.to(device", "training_loop/train_classifier"),
    "`torch.nn.utils.clip": (
        "error_if_nonfinite=True",
        "training_loop/clip_grad_norm",
    ),
    "`total_loss +=": ("loss.detach() * len(y)", "training_loop/train_classifier"),
    "`with torch.no_grad()": ("autograd refuses its tensors", "train_vs_eval/predict"),
    "`correct = sum": ("right.item() / seen", "training_loop/train_classifier"),
    "`self.texts": ("if len(texts) != len(labels)", "data_loading/text_dataset"),
    "`return len(self.texts)`": ("if len(texts) !=", "data_loading/text_dataset"),
    "`return self.texts[idx]": ("collate_fn=collate", "data_loading/pad_collate"),
    "`train_loader = DataLoader": ("review(label) for label in labels", ""),
    "`num_workers=4": ("Workers are processes, started anew in each epoch", ""),
    "The loader is at": ('if __name__ == "__main__":', ""),
    "`pin_memory=True": ('pin_memory=device.type == "cuda"', ""),
    "The graph (计算图)": ("`torch.export`", "pytorch_vs_tensorflow/comparison"),
    "The graph: TensorFlow": ("eagerly by default", "pytorch_vs_tensorflow/comparison"),
    "Debugging: TensorFlow": ("plain\n  Python", "pytorch_vs_tensorflow/comparison"),
    "Deployment (部署)": ("TorchScript is\n  [deprecated]", ""),
    "Deployment: PyTorch": ("`torch.export` or ONNX", ""),
    "Deployment: TensorFlow": ("from Keras, by `model.export`", ""),
    "Research (学术界)": ("over 70% of AI research implementations", ""),
    "Industry (工业界)": ("63% of those", ""),
    "Industry: TensorFlow": ("No figure was found", ""),
    "`model.eval()` “switches": ("not `F.dropout(x)`", "train_vs_eval/three_switches"),
    "`model.eval()`: “BatchNorm": ("exponential average", "train_vs_eval/batch_norm"),
    "What freezes": ("under `no_grad()` too", "train_vs_eval/batch_norm"),
    "“`torch.no_grad()` is": ("@torch.inference_mode()", "train_vs_eval/predict"),
    "`torch.save(model": (
        '"optimizer": optimizer.state_dict()',
        "save_load/checkpoint",
    ),
    "`model = TextClassifier(...)`": (
        "arguments of the model",
        "save_load/round_trip",
    ),
    "(implied) A whole model": (
        "refuses a pickled model",
        "save_load/what_pickle_runs",
    ),
    "`scaler = GradScaler()`": ("torch.amp.GradScaler(\n    device.type", ""),
    "`with autocast": ("torch.autocast(device.type, dtype=dtype)", ""),
    "`# FP16": ("chooses the dtype for each operation", "amp/which_dtype"),
    "Nothing between": ("scaler.unscale_(optimizer)", "amp/train_step"),
    "“Mixed precision can": ("“Half the memory”", "[measured](amp.md)"),
    "“Training becomes": ("“50 to 100% faster”", "[measured](amp.md)"),
}
ROWS = [
    line.strip("| ").split(" | ")
    for line in LEDGER.splitlines()
    if line.startswith("| ") and not line.startswith("| The notes say")
]
CORRECTIONS = [said for said, today, *_ in ROWS if not re.match(r"true(: |$)", today)]


def test_the_page_shows_every_cell_of_the_program_in_its_order():
    shown = re.findall(r"^\{\{ example: one_page/program\.py#(\w+) \}\}$", PAGE, re.M)
    assert shown == list(cells(CODE))


def test_no_other_code_stands_on_the_page():
    assert "```" not in PAGE


@pytest.mark.parametrize("said", CORRECTIONS)
def test_what_the_ledger_corrects_is_right_here(said):
    (found,) = {CORRECTED[start] for start in CORRECTED if said.startswith(start)}
    right, link = found
    assert right in CODE or right in PAGE
    assert link in PAGE
    if "/" in link:
        assert f"](questions/{link}.md)" in PAGE


def test_nothing_is_kept_for_what_the_ledger_no_longer_corrects():
    idle = [k for k in CORRECTED if not any(said.startswith(k) for said in CORRECTIONS)]
    assert idle == []
