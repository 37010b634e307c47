"""Each row of the comparison: its two scripts run, and what they computed compared.

The scripts are those that the page shows. TensorFlow's run in one process.
"""

import inspect
import re
from math import sqrt

import pytest

from backprep.bank.questions import bank_root
from backprep.evidence import examples, outputs
from backprep.evidence.examples import Script
from backprep.site import comparison_rows
from backprep.site.comparison import page
from backprep.site.comparison_rows import SIDES
from tests.helpers.apart import needs_tensorflow, run_apart

ROOT = bank_root()
ROWS = comparison_rows.rows(ROOT)
SCRIPTS = [Script(ROOT, name) for row in ROWS for name in row.scripts]

# one worker starts TensorFlow
pytestmark = pytest.mark.xdist_group("tensorflow")


@pytest.fixture(scope="module")
def left_by(tmp_path_factory):
    """What each script left, by its name; those of a library share a process."""
    left = {}
    for side in SIDES:
        scripts = [
            script
            for script in SCRIPTS
            if script.name.endswith(f"in_{side}") and outputs.runnable(script)
        ]
        if scripts:
            paths = [script.path for script in scripts]
            found = run_apart(paths, tmp_path_factory.mktemp(side))
            left |= dict(zip((s.name for s in scripts), found, strict=True))
    return left


@pytest.fixture
def both(left_by):
    """The variables of a row's two scripts."""
    return lambda row: [left_by[f"comparison/{row}/in_{side}"] for side in SIDES]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(s, id=s.name, marks=[needs_tensorflow] * s.needs_tensorflow)
        for s in SCRIPTS
    ],
)
def test_a_side_still_prints_what_is_recorded(script, left_by):
    """The outputs on the page are those of the last run."""
    recorded = examples.load(ROOT, script.name).output
    printed = left_by[script.name]["printed"]
    assert outputs.same(recorded, printed, script.tolerance), printed


@needs_tensorflow
def test_both_give_four_six_eight(both):
    """One gradient, one use of what was recorded; only a tape sums a vector."""
    torch, tensorflow = both("gradients")
    assert torch["gradient"] == tensorflow["gradient"] == [4.0, 6.0, 8.0]
    assert torch["second"] == tensorflow["second"] == "RuntimeError"
    assert "scalar" in torch["of_a_vector"]
    assert tensorflow["of_a_vector"] == [2.0, 4.0, 6.0]


@needs_tensorflow
def test_only_pytorch_adds_gradients_up(both):
    """The third pass has three times the gradient in one, and the same in the other."""
    torch, tensorflow = both("accumulation")
    assert torch["gradients"][0] == tensorflow["gradients"][0] == [2.0, 4.0, 6.0]
    assert torch["gradients"][2] == tensorflow["total"] == [6.0, 12.0, 18.0]
    assert tensorflow["gradients"][2] == torch["cleared"] == [2.0, 4.0, 6.0]


@needs_tensorflow
def test_both_run_eagerly(both):
    """Values are there at once, inside a layer too; in a tf.function they are not."""
    torch, tensorflow = both("eager_by_default")
    assert torch["value"] == tensorflow["value"] == 5.0
    assert torch["seen"] == tensorflow["seen"] == [[0.0, 2.0]]
    assert tensorflow["in_a_graph"] == "AttributeError"


@needs_tensorflow
def test_a_print_runs_once_a_trace_or_on_every_call(both):
    """Three calls: one print while tracing, or three between two graphs."""
    torch, tensorflow = both("print_in_a_graph")
    assert torch["results"] == tensorflow["results"] == [3.0, 5.0, 7.0]
    assert torch["printed"].count("Python runs") == 3
    assert tensorflow["printed"].count("Python runs") == 1
    assert "graphs, one on each side of the print: 2" in torch["printed"]
    assert tensorflow["graphs"] == 1


@needs_tensorflow
def test_both_take_the_right_branch(both):
    """Either sign gives the right answer; only export refuses the Python branch."""
    torch, tensorflow = both("branch_on_data")
    assert torch["branches"] == tensorflow["branches"] == [2.0, -2.0]
    assert torch["by_cond"] == [2.0, -2.0]
    assert "DataDependent" in torch["exported"]
    assert (tensorflow["graphs"], tensorflow["has_if"]) == (1, True)
    assert tensorflow["without_autograph"] == "OperatorNotAllowedInGraphError"


@needs_tensorflow
def test_new_shapes_make_new_graphs(both):
    """Five shapes or Python numbers: two graphs in one library, five in the other."""
    torch, tensorflow = both("retracing")
    assert torch["values"] == tensorflow["values"] == 1
    assert (torch["shapes"], torch["python_values"]) == (2, 2)
    assert (tensorflow["shapes"], tensorflow["python_values"]) == (5, 5)
    assert tensorflow["signed"] == 1


@needs_tensorflow
def test_a_transposed_kernel_gives_the_same_output(both):
    """[in, out] there, [out, in] here, and the same numbers."""
    torch, tensorflow = both("dense_kernels")
    assert torch["shape"] == tensorflow["shape"][::-1] == [2, 3]
    for ours, theirs in zip(torch["output"], tensorflow["output"], strict=True):
        assert ours == pytest.approx(theirs, abs=1e-6)


@needs_tensorflow
def test_permuted_images_and_kernels_give_the_same_pixels(both):
    """Only the axes differ; channels_last keeps the shape and turns the strides."""
    torch, tensorflow = both("image_layout")
    assert torch["shape"] == [4, 3, 3, 3]
    assert tensorflow["shape"] == [3, 3, 3, 4]
    assert flat(torch["output"]) == pytest.approx(flat(tensorflow["output"]), abs=1e-5)
    assert "[2, 3, 5, 5] (75, 1, 15, 3)" in torch["printed"]
    assert tensorflow["layout"] == "channels_last"


@needs_tensorflow
def test_a_transferred_lstm_gives_the_same_states(both):
    """The gates come in one order, so all states agree to 1e-5; biases do not."""
    torch, tensorflow = both("lstm_gates")
    assert flat(torch["output"]) == pytest.approx(flat(tensorflow["output"]), abs=1e-5)
    assert torch["biases"] == [[8], [8]]
    assert tensorflow["biases"] == [[8]]
    assert tensorflow["starts_as"] == [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]


@needs_tensorflow
def test_the_losses_agree_once_each_gets_what_it_wants(both):
    """Logits here, probabilities there by default; the other thing is another loss."""
    torch, tensorflow = both("cross_entropy")
    right = pytest.approx(torch["on_logits"], rel=1e-5)
    assert tensorflow["by_default"] == tensorflow["on_logits"] == right
    assert torch["on_probabilities"] != right
    assert tensorflow["forgotten"] != right
    assert (torch["has_switch"], tensorflow["default"]) == (False, False)


@needs_tensorflow
def test_batch_norm_means_the_opposite_by_momentum(both):
    """0.1 of the new is 0.9 of the old; the variances differ by n / (n - 1)."""
    torch, tensorflow = both("batch_norm")
    assert torch["defaults"] == {"momentum": 0.1, "epsilon": 1e-5}
    assert tensorflow["defaults"] == {"momentum": 0.99, "epsilon": 1e-3}
    assert torch["moving_mean"] == pytest.approx(tensorflow["moving_mean"])
    biased, unbiased = tensorflow["biased"], torch["unbiased"]
    assert tensorflow["moving_variance"] == pytest.approx(0.9 + 0.1 * biased)
    assert torch["moving_variance"] == pytest.approx(0.9 + 0.1 * unbiased)


@needs_tensorflow
def test_layers_start_differently(both):
    """The largest of 5,000 weights comes near its bound and not above it."""
    torch, tensorflow = both("initialisation")
    for side, bound in ((torch, sqrt(1 / 100)), (tensorflow, sqrt(6 / 150))):
        assert 0.95 * bound < side["bound"] <= bound * (1 + 1e-6)
    assert torch["bias"] > 0
    assert tensorflow["bias"] == 0
    assert torch["spread"] == pytest.approx(1, abs=0.02)
    assert 0.049 < tensorflow["largest"] <= 0.05 + 1e-6


@needs_tensorflow
def test_adamw_agrees_once_its_arguments_do(both):
    """Read from the optimizers themselves, and stepped ten times."""
    torch, tensorflow = both("optimizer_defaults")
    assert torch["defaults"] == {"weight_decay": 0.01, "eps": 1e-8}
    assert tensorflow["defaults"] == {"weight_decay": 0.004, "epsilon": 1e-7}
    assert torch["after_ten"] == pytest.approx(tensorflow["after_ten"], abs=1e-5)


@needs_tensorflow
def test_the_mode_is_a_state_or_an_argument(both):
    """A new model drops in one library only, and is told so in another way."""
    torch, tensorflow = both("train_and_eval")
    assert (torch["as_built"], tensorflow["as_built"]) == (True, False)
    assert (torch["after_eval"], torch["after_train"]) == (False, True)
    assert (tensorflow["told"], tensorflow["afterwards"]) == (True, False)


@needs_tensorflow
def test_padding_must_be_packed_or_masked(both):
    """Left alone it changes the last state in both libraries."""
    torch, tensorflow = both("padding")
    assert (torch["as_it_is"], tensorflow["as_it_is"]) == (False, False)
    assert (torch["packed"], tensorflow["with_mask"]) == (True, True)


@needs_tensorflow
def test_the_pipelines_agree_in_order_and_shuffle_differently(both):
    """With a buffer of three, an item is never more than two places early."""
    torch, tensorflow = both("input_pipeline")
    assert torch["plain"] == tensorflow["plain"]
    assert "Python ran 10 times" in torch["printed"]
    assert "Python ran 1 time" in tensorflow["printed"]
    for side in (torch, tensorflow):
        assert all(sorted(order) == list(range(10)) for order in side["orders"])
        assert side["orders"][0] != side["orders"][1], "each epoch is shuffled anew"
    assert torch["first"] == list(range(10))
    assert tensorflow["first"] == [0, 1, 2]
    early = [item - n for order in tensorflow["orders"] for n, item in enumerate(order)]
    assert max(early) == 2


@needs_tensorflow
def test_a_saved_program_needs_no_class(both):
    """What comes back is of another class and computes the same."""
    torch, tensorflow = both("saving")
    assert torch["names"] == ["weight", "bias"]
    assert "saved_model.pb" in tensorflow["names"]
    assert torch["comes_back_as"] == "GraphModule"
    assert tensorflow["comes_back_as"] == "_UserObject"
    assert torch["difference"] < 1e-6
    assert tensorflow["difference"] < 1e-6
    assert tensorflow["to_a_folder"] == "ValueError"


@needs_tensorflow
def test_keras_runs_on_both(both):
    """The same lines, with each library's tensors; on PyTorch a model is a module."""
    torch, tensorflow = both("keras_backends")
    assert (torch["backend"], tensorflow["backend"]) == ("torch", "tensorflow")
    assert torch["output"] == tensorflow["output"] == [[2.25, 5.25]]
    assert (torch["kind"], tensorflow["kind"]) == ("Tensor", "EagerTensor")
    assert torch["is_a_module"] is True


# the page


def test_every_row_that_is_run_has_its_own_check():
    """The row's check asks for the row's two sides, and for no other's."""
    for row in ROWS:
        if row.check:
            assert f'both("{row.name}")' in inspect.getsource(globals()[row.check])


def test_the_page_names_no_check():
    """A reader is told that there is one, and need not know its address."""
    assert re.findall(r"tests/|test_\w+", page(ROOT).body) == []


def test_every_script_belongs_to_a_row():
    """Nothing lies in the folder of the comparison that its page does not show."""
    found = [name for name in examples.find(ROOT) if name.startswith("comparison/")]
    assert found == sorted(script.name for script in SCRIPTS)


def flat(nested):
    """The numbers of a list of lists of any depth."""
    if isinstance(nested, list):
        return [number for part in nested for number in flat(part)]
    return [nested]
