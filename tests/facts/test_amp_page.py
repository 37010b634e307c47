"""What the page on mixed precision says about bytes."""

from pathlib import Path

import pytest
import torch
from torch import nn

from backprep.bench.cases import CASES, Case, perceptron, vectors
from backprep.bench.measure import unsupported
from backprep.bench.memory import held_anyway, kept_by_autograd
from backprep.bench.modes import BF16, FP32
from backprep.bench.training import Training

CPU = torch.device("cpu")
PAGE = (Path(__file__).parents[2] / "docs/amp.md").read_text()
WIDTH, CLASSES = 1024, 3
BY_NAME = {case.name: case for case in CASES}


def kept(case, mode):
    return sum(kept_by_autograd(Training(case, mode, CPU)).values())


def skip_where_unsupported(case):
    if reason := unsupported(case, BF16, CPU):
        pytest.skip(reason)


def ratio(case):
    return kept(case, BF16) / kept(case, FP32)


def mlp(rows):
    return Case("MLP", rows, lambda: perceptron(WIDTH, 3), vectors(WIDTH))


def parts(rows):
    """What fp32 and bf16 keep of the MLP, as the page's table has it."""
    return {
        "the input of the first layer": (0, 2 * rows * WIDTH),
        "three outputs of ReLU": (4 * 3 * rows * WIDTH, 2 * 3 * rows * WIDTH),
        "the weights of the other layers": (0, 2 * (2 * WIDTH + CLASSES) * WIDTH),
        "log-probabilities": (4 * rows * CLASSES + 4,) * 2,
    }


@pytest.mark.parametrize("rows", [1, 256, 4096])
def test_the_mlps_bytes_are_the_four_parts_of_the_table(rows):
    fp32, bf16 = map(sum, zip(*parts(rows).values(), strict=True))
    assert (kept(mlp(rows), FP32), kept(mlp(rows), BF16)) == (fp32, bf16)


@pytest.mark.parametrize("rows", [256, 4096])
def test_the_table_has_these_bytes(rows):
    for part, (fp32, bf16) in parts(rows).items():
        (line,) = (row for row in PAGE.splitlines() if row.startswith(f"| {part}"))
        cells = f"{fp32 / 1e6:.2f} → {bf16 / 1e6:.2f} MB".replace("0.00 → ", "0 → ")
        assert cells in line.replace("0.00 → ", "0 → ")
    fp32, bf16 = map(sum, zip(*parts(rows).values(), strict=True))
    (line,) = (row for row in PAGE.splitlines() if row.startswith("| together"))
    assert f"{fp32 / 1e6:.2f} → {bf16 / 1e6:.2f} MB" in line


def test_the_same_mlp_keeps_twice_as_much_or_three_quarters():
    """The casts of the weights do not grow with the batch, the activations do."""
    assert ratio(mlp(256)) == pytest.approx(2, abs=0.01)
    assert ratio(mlp(4096)) == pytest.approx(0.75, abs=0.01)


def test_from_1026_rows_on_bfloat16_keeps_less():
    assert ratio(mlp(1025)) > 1
    assert ratio(mlp(1026)) < 1


def test_no_batch_takes_the_mlp_to_a_half():
    """The ratio of what grows with the batch is two thirds."""
    fp32, bf16 = (kept(mlp(3), mode) - kept(mlp(2), mode) for mode in (FP32, BF16))
    assert bf16 / fp32 == pytest.approx(2 / 3, abs=0.001)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("Transformer, batch 8", 0.5, 0.9),
        ("Transformer, batch 32", 0.5, 0.75),
        ("biLSTM, batch 32", 0.5, 0.85),
        ("biLSTM, batch 128", 0.5, 0.85),
        ("tiny MLP, batch 32", 1, 1.5),
        ("tiny MLP, batch 256", 0.5, 1),
    ],
)
def test_each_model_has_a_share_of_its_own(name, low, high):
    skip_where_unsupported(BY_NAME[name])
    assert low < ratio(BY_NAME[name]) < high


def test_the_inputs_of_the_transformers_layer_norms_stay_float32():
    training = Training(BY_NAME["Transformer, batch 32"], BF16, CPU)
    inputs = []
    for module in training.model.modules():
        if isinstance(module, nn.LayerNorm):
            module.register_forward_pre_hook(lambda _, args: inputs.append(args[0]))
    found = kept_by_autograd(training)
    size = sum(x.nbytes for x in inputs)
    assert {x.dtype for x in inputs} == {torch.float32}
    assert size <= found["float32"] < 1.02 * size
    assert f"{size / 1e6:.2f} of the {sum(found.values()) / 1e6:.2f} MB" in (
        PAGE.replace("\n", " ")
    )


@pytest.mark.skipif(
    not torch.backends.mkldnn.is_available(), reason="torch has no oneDNN here"
)
@pytest.mark.filterwarnings("ignore:TF32 acceleration")
def test_most_that_the_bilstm_keeps_is_the_workspace_of_onednn():
    skip_where_unsupported(BY_NAME["biLSTM, batch 32"])
    training = Training(BY_NAME["biLSTM, batch 32"], BF16, CPU)
    found = kept_by_autograd(training)
    assert found["uint8"] > 0.8 * sum(found.values())
    with torch.backends.mkldnn.flags(enabled=False):
        assert "uint8" not in kept_by_autograd(training)


@pytest.mark.parametrize("mode", [FP32, BF16], ids=lambda mode: mode.name)
def test_training_holds_sixteen_bytes_a_parameter(mode):
    training = Training(mlp(256), mode, CPU)
    training.step()
    count = sum(p.numel() for p in training.model.parameters())
    held = held_anyway(training)
    assert held == 16 * count
    assert f"{held / 1e6:.2f} MB for the MLP, 16 times" in PAGE
    assert round(held / kept(mlp(256), FP32)) == 16


def test_bfloat16_is_float32_with_its_last_digits_cut_off():
    values = torch.randn(1000)
    bits = values.view(torch.int32) & ~0xFFFF
    cut = bits.view(torch.float32)
    assert torch.equal(cut.bfloat16().float(), cut)
    float16, bfloat16 = torch.finfo(torch.float16), torch.finfo(torch.bfloat16)
    assert bfloat16.eps / float16.eps == 8
