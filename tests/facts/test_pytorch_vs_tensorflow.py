"""What the pages on PyTorch and TensorFlow say, shown on both sides.

TensorFlow's side runs once, in a process of its own, and prints what it saw.
"""

import inspect
import random
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close
from torch.utils.data import DataLoader, Dataset

from backprep.bank import printed
from backprep.bank.questions import read_question
from backprep.testing import run
from tests.helpers.apart import needs_tensorflow, run_apart
from tests.pytorch_vs_tensorflow import test_lstm_gates as lstm_gates
from tests.pytorch_vs_tensorflow import test_port_training_step as port_training_step

# one worker starts TensorFlow
pytestmark = pytest.mark.xdist_group("tensorflow")


def up_or_down(x):
    """A Python branch on the data."""
    if x.sum() > 0:
        return x + 1
    return x - 1


class UpOrDown(nn.Module):
    def forward(self, x):
        return up_or_down(x)


class UpOrDownByCond(nn.Module):
    def forward(self, x):
        return torch.cond(x.sum() > 0, lambda t: t + 1, lambda t: t - 1, (x,))


# graph building


def test_pytorch_records_its_graph_while_the_code_runs():
    """Each call records the operations that really ran, so a branch is plain Python."""
    x = torch.ones(2, requires_grad=True)
    assert type(up_or_down(x).grad_fn).__name__ == "AddBackward0"
    assert type(up_or_down(-x).grad_fn).__name__ == "SubBackward0"


def test_pytorch_captures_a_graph_when_asked():
    """torch.compile captures graphs; where data decides it breaks them, still right."""
    torch._dynamo.reset()
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    compiled = torch.compile(up_or_down, backend=backend)
    assert_close(compiled(torch.ones(2)), torch.full((2,), 2.0))
    assert_close(compiled(-torch.ones(2)), torch.full((2,), -2.0))
    assert len(graphs) > 1, "one for the condition, and one for each branch"
    torch._dynamo.reset()
    with pytest.raises(torch._dynamo.exc.Unsupported):
        torch.compile(up_or_down, backend=backend, fullgraph=True)(torch.ones(2))


def test_compiled_code_prints_on_every_call(capsys):
    """torch.compile leaves a side effect where it was: it happens on each call."""
    torch._dynamo.reset()

    @torch.compile(backend="eager")
    def double(x):
        print("called")
        return x * 2

    double(torch.ones(2))
    double(torch.ones(2))
    assert capsys.readouterr().out == "called\n" * 2


def test_a_list_that_grows_makes_each_call_compile_again():
    """Its length is guarded; after eight graphs the function runs eagerly."""
    torch._dynamo.reset()
    graphs, calls = [], []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    @torch.compile(backend=backend)
    def double(x):
        calls.append("called")
        return 2 * x

    for _ in range(12):
        double(torch.ones(2))
    assert (len(calls), len(graphs)) == (12, 8)


def test_the_sizes_zero_and_one_get_graphs_of_their_own():
    """A size that varied is a variable from two up."""
    torch._dynamo.reset()
    graphs, made = [], []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    double = torch.compile(lambda x: 2 * x, backend=backend)
    for size in (2, 3, 4, 1, 0, 5):
        double(torch.ones(size))
        made.append(len(graphs))
    assert made == [1, 2, 2, 3, 4, 4]


def test_an_exported_program_takes_other_shapes_only_where_told():
    """The shape of the example is fixed unless `dynamic_shapes` names its sizes."""
    model, example = nn.Linear(3, 2), torch.ones(4, 3)
    fixed = torch.export.export(model, (example,)).module()
    with pytest.raises((RuntimeError, AssertionError)):
        fixed(torch.ones(5, 3))
    batch = {0: torch.export.Dim("batch")}
    free = torch.export.export(model, (example,), dynamic_shapes=(batch,)).module()
    assert free(torch.ones(5, 3)).shape == (5, 2)


@pytest.fixture(scope="module")
def seen_by_tensorflow(tmp_path_factory):
    """What each function named `tensorflow_...` returned, in one run."""
    sides = [f for name, f in globals().items() if name.startswith("tensorflow_")]
    script = tmp_path_factory.mktemp("tensorflow") / "side.py"
    calls = ", ".join(f"**{side.__name__}()" for side in sides)
    source = "\n".join(inspect.getsource(side) for side in sides)
    script.write_text(f"{source}\nseen = {{{calls}}}\n")
    (left,) = run_apart([script], script.parent)
    return left["seen"]


def tensorflow_graphs():
    """Runs in a process of its own, as do the other functions of this kind."""
    import tensorflow as tf

    calls = []

    @tf.function
    def double(x):
        calls.append(1)
        return x * 2

    counts = []
    for value in (tf.constant(1), tf.constant(2), tf.constant(1.0), 3, 4):
        double(value)
        counts.append(len(calls))

    @tf.function
    def up_or_down(x):
        if tf.reduce_sum(x) > 0:
            return x + 1
        return x - 1

    return {
        "eager by default": tf.executing_eagerly(),
        "value at once": float(tf.constant(2.0) + 3.0),
        "traces": counts,
        "both branches": [
            up_or_down(tf.constant([1.0])).numpy().tolist(),
            up_or_down(tf.constant([-1.0])).numpy().tolist(),
        ],
        "traces of the branch": up_or_down.experimental_get_tracing_count(),
    }


@needs_tensorflow
def test_tensorflow_runs_eagerly_until_a_function_is_traced(seen_by_tensorflow):
    """Eager is the default; tf.function traces once for each dtype or Python value."""
    seen = seen_by_tensorflow
    assert seen["eager by default"] is True
    assert seen["value at once"] == 5.0
    assert seen["traces"] == [1, 1, 2, 3, 4]
    assert seen["both branches"] == [[2.0], [-2.0]]
    assert seen["traces of the branch"] == 1, "AutoGraph keeps both branches in one"


# debugging


def test_pytorch_shows_its_values_to_plain_python():
    """Inside a layer a tensor has its value: print it, compare it, stop there."""
    seen = []

    class Probe(nn.Module):
        def forward(self, x):
            seen.append(x.tolist())
            return x

    nn.Sequential(nn.ReLU(), Probe())(torch.tensor([-1.0, 2.0]))
    assert seen == [[0.0, 2.0]]


def tensorflow_debugging():
    from pathlib import Path

    import keras
    import tensorflow as tf

    seen = []

    class Probe(keras.layers.Layer):
        def call(self, x):
            seen.append(x.numpy().tolist())
            return x

    Probe()(tf.constant([2.0]))

    @tf.function
    def value(x):
        return x.numpy()

    try:
        value(tf.constant(1.0))
        inside = "a value"
    except Exception as error:
        inside = str(error)

    @tf.function
    def printed(x):
        tf.print("called", output_stream="file://printed.txt")
        return x

    printed(tf.constant(1.0))
    printed(tf.constant(2.0))
    lines = len(Path("printed.txt").read_text().splitlines())
    tf.config.run_functions_eagerly(True)
    eagerly = float(value(tf.constant(1.0)))
    tf.config.run_functions_eagerly(False)
    return {
        "seen in a layer": seen,
        "inside": inside,
        "run eagerly": eagerly,
        "lines of tf.print": lines,
    }


@needs_tensorflow
def test_tensorflow_shows_its_values_to_plain_python(seen_by_tensorflow):
    """Eager values need no tf.debugging; a traced one has none to show."""
    assert seen_by_tensorflow["seen in a layer"] == [[2.0]]
    assert "numpy" in seen_by_tensorflow["inside"], "a traced tensor has no value"
    assert seen_by_tensorflow["run eagerly"] == 1.0
    assert seen_by_tensorflow["lines of tf.print"] == 2, "one for each call"


# gradients


def test_pytorch_adds_gradients_up_in_the_leaves():
    """backward() adds to .grad: a second pass doubles it unless it is cleared."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x**2 + 2 * x + 1).sum().backward()
    assert x.grad.tolist() == [4.0, 6.0, 8.0]
    (x**2 + 2 * x + 1).sum().backward()
    assert x.grad.tolist() == [8.0, 12.0, 16.0]


def test_pytorch_wants_a_scalar_to_start_from():
    """backward() refuses a vector; TensorFlow's tape sums it without a word."""
    x = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="scalar"):
        (x**2).backward()


def tensorflow_gradients():
    import tensorflow as tf

    x, other = tf.Variable([1.0, 2.0, 3.0]), tf.Variable(1.0)
    frozen = tf.Variable(2.0, trainable=False)
    results = []
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x**2 + 2 * x + 1)
        results.append(tape.gradient(y, x).numpy().tolist())
    try:
        tape.gradient(y, x)
        again = "allowed"
    except RuntimeError:
        again = "RuntimeError"
    constant = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        squares = x**2
        unwatched = tf.reduce_sum(constant**2)
        unfollowed = frozen**2
    return {
        "gradients": results,
        "second use": again,
        "of a vector": tape.gradient(squares, x).numpy().tolist(),
        "of a constant": tape.gradient(unwatched, constant),
        "unconnected": tape.gradient(squares, other),
        "of a variable that is not trainable": tape.gradient(unfollowed, frozen),
    }


@needs_tensorflow
def test_tensorflow_returns_gradients_from_a_tape(seen_by_tensorflow):
    """A tape returns gradients, adds nothing up, and serves once."""
    assert seen_by_tensorflow["gradients"] == [[4.0, 6.0, 8.0]] * 2
    assert seen_by_tensorflow["second use"] == "RuntimeError"


@needs_tensorflow
def test_tensorflow_gives_none_for_what_no_tape_watched(seen_by_tensorflow):
    """Only trainable variables are watched; a vector target is summed."""
    assert seen_by_tensorflow["of a vector"] == [2.0, 4.0, 6.0]
    assert seen_by_tensorflow["of a constant"] is None
    assert seen_by_tensorflow["unconnected"] is None
    assert seen_by_tensorflow["of a variable that is not trainable"] is None


# data


def test_pytorch_runs_the_dataset_in_python_for_every_item():
    """A DataLoader calls the dataset's own Python, once for each item of an epoch."""
    asked = []

    class Squares(Dataset):
        def __len__(self):
            return 5

        def __getitem__(self, i):
            asked.append(i)
            return i * i

    batches = [batch.tolist() for batch in DataLoader(Squares(), batch_size=2)]
    assert batches == [[0, 1], [4, 9], [16]]
    assert asked == [0, 1, 2, 3, 4]


def test_pytorch_asks_for_a_whole_batch_where_the_dataset_offers_it():
    """With `__getitems__` a dataset is called once for each batch."""
    asked = []

    class Squares(Dataset):
        def __len__(self):
            return 5

        def __getitems__(self, indices):
            asked.append(indices)
            return [i * i for i in indices]

    batches = [batch.tolist() for batch in DataLoader(Squares(), batch_size=2)]
    assert batches == [[0, 1], [4, 9], [16]]
    assert asked == [[0, 1], [2, 3], [4]]


def test_pytorch_leaves_padding_to_collate_fn():
    """The default collation refuses texts of different lengths."""
    texts = [torch.tensor([1, 2, 3]), torch.tensor([4])]
    with pytest.raises(RuntimeError, match="equal size"):
        next(iter(DataLoader(texts, batch_size=2)))


def tensorflow_data():
    import tensorflow as tf

    asked = []

    def square(i):
        asked.append(i)
        return i * i

    batches = tf.data.Dataset.range(5).map(square).batch(2)
    texts = tf.data.Dataset.from_generator(
        lambda: iter([[1, 2, 3], [4]]),
        output_signature=tf.TensorSpec([None], tf.int32),
    )
    return {
        "batches": [batch.numpy().tolist() for batch in batches],
        "calls of map's function": len(asked),
        "padded": next(iter(texts.padded_batch(2))).numpy().tolist(),
    }


@needs_tensorflow
def test_tensorflow_traces_the_function_of_a_dataset_once(seen_by_tensorflow):
    """tf.data makes a graph of map's function, and pads batches by itself."""
    assert seen_by_tensorflow["batches"] == [[0, 1], [4, 9], [16]]
    assert seen_by_tensorflow["calls of map's function"] == 1
    assert seen_by_tensorflow["padded"] == [[1, 2, 3], [4, 0, 0]]


# saving and deployment


def test_pytorch_exports_a_program_that_needs_no_class(tmp_path):
    """A .pt2 file holds the whole graph; a branch on the data goes in by torch.cond."""
    with pytest.raises(RuntimeError):
        torch.export.export(UpOrDown(), (torch.ones(2),))
    program = torch.export.export(UpOrDownByCond(), (torch.ones(2),))
    torch.export.save(program, tmp_path / "model.pt2")
    loaded = torch.export.load(tmp_path / "model.pt2").module()
    assert loaded(torch.ones(2)).tolist() == [2.0, 2.0]
    assert loaded(-torch.ones(2)).tolist() == [-2.0, -2.0]


def test_pytorch_saves_weights_without_the_class(tmp_path):
    """A state dict is tensors by name: the class has to be there when it is loaded."""
    torch.save(nn.Linear(2, 1).state_dict(), tmp_path / "model.pth")
    loaded = torch.load(tmp_path / "model.pth", weights_only=True)
    assert list(loaded) == ["weight", "bias"]


@pytest.mark.parametrize(
    "use",
    [
        lambda: torch.jit.script(nn.Linear(2, 2)),
        lambda: torch.jit.trace(nn.Linear(2, 2), torch.ones(1, 2)),
    ],
    ids=["script", "trace"],
)
def test_torchscript_is_deprecated(use):
    """Making TorchScript of a model warns, and names torch.export."""
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        use()
    told = [str(w.message) for w in raised if w.category is DeprecationWarning]
    assert any("deprecated" in text and "torch.export" in text for text in told)


def test_a_traced_module_keeps_one_branch():
    """torch.jit.trace records one run, and takes its branch for every input."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(UpOrDown(), torch.ones(2))
    assert traced(-torch.ones(2)).tolist() == [0.0, 0.0]  # right would be -2


def test_onnx_export_goes_through_torch_export():
    """torch.onnx.export takes the newer way, `dynamo=True`, unless told otherwise."""
    parameters = inspect.signature(torch.onnx.export).parameters
    assert parameters["dynamo"].default is True


def test_pytorch_exports_for_servers_by_aotinductor():
    """A .pt2 of compiled code, to be loaded from Python and from C++."""
    assert callable(torch._inductor.aoti_compile_and_package)
    assert callable(torch._inductor.aoti_load_package)


def tensorflow_saving():
    import keras
    import tensorflow as tf

    class UpOrDown(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def __call__(self, x):
            if tf.reduce_sum(x) > 0:
                return x + 1
            return x - 1

    tf.saved_model.save(UpOrDown(), "branches")
    loaded = tf.saved_model.load("branches")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.export("served", verbose=False)
    model.save("model.keras")
    same = keras.models.load_model("model.keras")
    try:
        model.save("folder")
        folder = "saved"
    except ValueError:
        folder = "ValueError"
    served, x = tf.saved_model.load("served"), tf.constant([[1.0, 2.0]])
    return {
        "class of the loaded": type(loaded).__name__,
        "loaded": [
            loaded(tf.constant([1.0])).numpy().tolist(),
            loaded(tf.constant([-1.0])).numpy().tolist(),
        ],
        "keras": [float(same(x)[0, 0] - model(x)[0, 0]), folder],
        "served": float(served.serve(x)[0, 0] - model(x)[0, 0]),
    }


@needs_tensorflow
def test_tensorflow_saves_a_graph_that_needs_no_class(seen_by_tensorflow):
    """A SavedModel holds the graph with both branches, and needs no Python class."""
    assert seen_by_tensorflow["class of the loaded"] != "UpOrDown"
    assert seen_by_tensorflow["loaded"] == [[2.0], [-2.0]]


@needs_tensorflow
def test_keras_exports_for_serving_and_saves_for_python(seen_by_tensorflow):
    """`export` makes a SavedModel, `.keras` is for Keras; a bare folder is refused."""
    difference, folder = seen_by_tensorflow["keras"]
    assert abs(difference) < 1e-6
    assert folder == "ValueError"
    assert abs(seen_by_tensorflow["served"]) < 1e-6


# layouts and defaults


def test_linear_keeps_out_by_in_and_draws_its_bias():
    """Linear's weight is [out, in]; weight and bias are bounded by 1/sqrt(in)."""
    linear = nn.Linear(100, 50)
    assert linear.weight.shape == (50, 100)
    for parameter in (linear.weight, linear.bias):
        assert 0 < parameter.abs().max() <= 0.1


def test_only_a_square_kernel_fits_the_wrong_way_round():
    """Without a transpose a kernel [in, out] raises, unless in equals out."""
    with pytest.raises(RuntimeError):
        nn.functional.linear(torch.ones(1, 3), torch.ones(3, 4))
    nn.functional.linear(torch.ones(1, 3), torch.ones(3, 3))


def test_a_parameter_of_the_wrong_shape_is_noticed_in_the_forward_pass():
    """Assigning a `Parameter` compares no shapes, where copying into one does."""
    layer = nn.Linear(3, 2)
    layer.weight = nn.Parameter(torch.ones(3, 2))
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        layer(torch.ones(1, 3))


def test_from_numpy_shares_memory_through_a_transpose():
    """Only `torch.tensor` copies; `from_numpy` does not, nor does transposing."""
    array = np.zeros((2, 3), np.float32)
    shared, copied = torch.from_numpy(array.T), torch.tensor(array.T)
    array.fill(7)
    assert shared.unique().tolist() == [7.0]
    assert copied.unique().tolist() == [0.0]


def test_copy_stretches_a_bias_of_one():
    """`copy_` broadcasts, so a bias of one number fills a whole layer."""
    linear = nn.Linear(3, 4)
    with torch.no_grad():
        linear.bias.copy_(torch.tensor([2.0]))
    assert linear.bias.tolist() == [2.0] * 4


def test_a_float64_layer_refuses_a_float32_input():
    """Nothing is promoted inside a layer."""
    with pytest.raises(RuntimeError, match="dtype"):
        nn.Linear(2, 2, dtype=torch.float64)(torch.ones(1, 2))


def test_layers_without_numbers_draw_none():
    """Neither the meta device nor skip_init touches the random numbers."""
    before = torch.get_rng_state()
    nn.Linear(3, 4, device="meta")
    nn.utils.skip_init(nn.Linear, 3, 4)
    assert torch.equal(torch.get_rng_state(), before)


def test_pytorch_has_these_defaults():
    """Batch norm keeps 0.1 of the new, epsilon 1e-5; AdamW decays by 0.01."""
    norm = nn.BatchNorm1d(1)
    assert (norm.momentum, norm.eps) == (0.1, 1e-5)
    assert [name for name, _ in norm.named_buffers()][:2] == [
        "running_mean",
        "running_var",
    ]
    defaults = torch.optim.AdamW(norm.parameters()).defaults
    assert (defaults["weight_decay"], defaults["eps"]) == (0.01, 1e-8)
    assert nn.Conv2d(3, 4, (5, 6)).weight.shape == (4, 3, 5, 6)


def test_freezing_a_batch_norm_leaves_pytorch_in_training_mode():
    """Without gradients it still normalises by the batch and moves its statistics."""
    norm = nn.BatchNorm1d(1).requires_grad_(False)
    assert_close(norm(torch.full((4, 1), 5.0)), torch.zeros(4, 1), atol=1e-3, rtol=0)
    assert norm.running_mean.tolist() == [0.5]


def tensorflow_layers():
    import keras
    import tensorflow as tf

    dense = keras.layers.Dense(2)
    dense.build((None, 5))
    conv = keras.layers.Conv2D(4, (5, 6))
    conv.build((None, 8, 8, 3))
    norm = keras.layers.BatchNormalization()
    adamw = keras.optimizers.AdamW()
    norm(tf.fill((4, 1), 5.0), training=True)
    moved = float(norm.moving_mean.numpy()[0])
    frozen = keras.layers.BatchNormalization(momentum=0.0)
    frozen(tf.constant([[1.0], [3.0]]), training=True)
    biased = float(frozen.moving_variance.numpy()[0])
    frozen.trainable = False
    frozen(tf.fill((4, 1), 5.0), training=True)
    return {
        "dense": [list(dense.kernel.shape), list(dense.bias.shape)],
        "kernel starts as": type(dense.kernel_initializer).__name__,
        "bias starts at": dense.bias.numpy().tolist(),
        "conv": list(conv.kernel.shape),
        "images": keras.config.image_data_format(),
        "norm": [norm.momentum, norm.epsilon],
        "moving mean": moved,
        "moving variance of 1 and 3": biased,
        "moving mean once frozen": float(frozen.moving_mean.numpy()[0]),
        "adamw": [adamw.weight_decay, adamw.epsilon],
    }


@needs_tensorflow
def test_keras_keeps_in_by_out_and_starts_biases_at_zero(seen_by_tensorflow):
    """Dense's kernel is [in, out], Conv2D's [height, width, in, out]."""
    seen = seen_by_tensorflow
    assert seen["dense"] == [[5, 2], [2]]
    assert (seen["kernel starts as"], seen["bias starts at"]) == (
        "GlorotUniform",
        [0.0, 0.0],
    )
    assert seen["conv"] == [5, 6, 3, 4]
    assert seen["images"] == "channels_last"


@needs_tensorflow
def test_keras_has_other_defaults(seen_by_tensorflow):
    """Batch norm keeps 0.99 of the old, epsilon 1e-3; AdamW decays by 0.004."""
    assert seen_by_tensorflow["norm"] == [0.99, 1e-3]
    assert abs(seen_by_tensorflow["moving mean"] - 0.05) < 1e-6
    assert seen_by_tensorflow["adamw"] == [0.004, 1e-7]


@needs_tensorflow
def test_keras_keeps_the_biased_variance(seen_by_tensorflow):
    """Of 1 and 3 it is 1; the unbiased one, which PyTorch keeps, is 2."""
    assert abs(seen_by_tensorflow["moving variance of 1 and 3"] - 1.0) < 1e-6
    norm = nn.BatchNorm1d(1, momentum=1.0)
    norm(torch.tensor([[1.0], [3.0]]))
    assert norm.running_var.tolist() == [2.0]


@needs_tensorflow
def test_freezing_a_batch_norm_puts_keras_in_inference_mode(seen_by_tensorflow):
    """With `trainable=False` the moving mean stays, whatever `training` says."""
    assert abs(seen_by_tensorflow["moving mean once frozen"] - 2.0) < 1e-6


def tensorflow_golden():
    import keras
    import tensorflow as tf

    kernels = [
        [[0.5, -0.5, -0.5, -1.1], [-1.3, -1.6, 0.5, 1.1], [0.4, 0.3, 0.3, -0.1]],
        [[1.0, -0.8, 1.1], [-0.2, -0.1, -1.2], [0.1, 2.5, -0.1], [-0.4, 0.4, 1.0]],
        [[1.0, -0.7], [-1.2, -1.1], [-0.1, -2.0]],
    ]
    biases = [[1.5, -0.7, -0.2, 1.6], [-1.0, 0.0, -0.7], [0.6, -0.7]]
    layers = [keras.Input((3,))]
    layers += [keras.layers.Dense(n, activation="relu") for n in (4, 3)]
    model = keras.Sequential([*layers, keras.layers.Dense(2)])
    arrays = [a for pair in zip(kernels, biases, strict=True) for a in pair]
    model.set_weights([tf.constant(a).numpy() for a in arrays])
    x = [[0.3, -0.8, 1.0], [-0.5, -1.3, 0.3], [-2.1, 1.6, 0.5]]
    return {"golden": model(tf.constant(x)).numpy().tolist()}


@needs_tensorflow
def test_keras_still_gives_the_recorded_outputs(seen_by_tensorflow):
    """The numbers in the checks of port_dense are those of Keras."""
    recorded = [[2.2167, -6.2056], [1.9108, -4.2920], [-7.9716, -17.6028]]
    assert_close(torch.tensor(seen_by_tensorflow["golden"]), torch.tensor(recorded))


# the question on the training step


def tensorflow_training_step():
    import keras
    import tensorflow as tf

    from backprep.bank import printed
    from backprep.bank.questions import read_question
    from tests.pytorch_vs_tensorflow.test_port_training_step import (
        AFTER,
        BATCHES,
        FOUR,
        WEIGHTS,
        arrays,
    )

    (code,) = printed.blocks(read_question("pytorch_vs_tensorflow/port_training_step"))
    code = code.replace("Dense(4", "Dense(3")  # the recorded one is square
    step = {"keras": keras, "tf": tf}
    exec(code, step)
    step["model"].set_weights(arrays(WEIGHTS))
    losses = []
    for i in range(10):
        x, y = map(tf.constant, BATCHES[i % 3])
        losses.append(float(step["train_step"](x, y)))
    weights = [array.tolist() for array in step["model"].get_weights()]
    step["model"].set_weights(arrays(AFTER))
    predicted = step["model"](tf.constant(FOUR[:3]), training=False).numpy().tolist()

    def trained(optimizer, rates):
        w = tf.Variable(1.0)
        for rate in rates:
            optimizer.learning_rate = rate
            optimizer.apply_gradients([(tf.constant(0.01), w)])
        return float(w)

    adam = keras.optimizers.Adam(0.01, epsilon=1e-3)
    sgd = [keras.optimizers.SGD(0.1, momentum=0.9) for _ in range(2)]
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    logits, y = tf.constant([[1.0, 2.0], [0.0, 3.0]]), tf.constant([0, 1])
    norm = keras.layers.BatchNormalization()
    return {
        "ten steps": [losses, weights, predicted],
        "adam": trained(adam, [0.01] * 10),
        "adam keeps": [variable.path.split("_")[-1] for variable in adam.variables],
        "sgd": [trained(sgd[0], [0.1] * 3), trained(sgd[1], [0.1, 0.01, 0.01])],
        "weighted": float(loss_fn(y, logits, sample_weight=tf.constant([1.0, 3.0]))),
        "norm of one": norm(tf.constant([[5.0, -3.0]]), training=True).numpy().tolist(),
    }


@needs_tensorflow
def test_keras_still_trains_as_recorded(seen_by_tensorflow):
    """The prompt's own code gives the numbers in the checks of port_training_step."""
    losses, weights, predicted = seen_by_tensorflow["ten steps"]
    assert_close(losses, port_training_step.LOSSES, rtol=0, atol=1e-5)
    for here, recorded in zip(weights, port_training_step.AFTER, strict=True):
        assert_close(torch.tensor(here), torch.tensor(recorded), rtol=0, atol=1e-5)
    recorded = torch.tensor(port_training_step.PROBABILITIES)
    assert_close(torch.tensor(predicted), recorded, rtol=0, atol=1e-5)


@needs_tensorflow
def test_the_adam_of_keras_adds_epsilon_before_the_correction(seen_by_tensorflow):
    """PyTorch does the same once its epsilon is divided by the correction."""
    w, m, v = 1.0, 0.0, 0.0
    for t in range(1, 11):
        m, v = 0.9 * m + 0.1 * 0.01, 0.999 * v + 0.001 * 0.01**2
        w -= 0.01 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * m / (v**0.5 + 1e-3)
    assert seen_by_tensorflow["adam"] == pytest.approx(w, abs=1e-6)
    assert seen_by_tensorflow["adam keeps"][0].endswith("iteration")
    assert seen_by_tensorflow["adam keeps"][2:] == ["momentum", "velocity"]


@needs_tensorflow
def test_the_velocity_of_keras_holds_the_learning_rate(seen_by_tensorflow):
    """At one rate SGD agrees; once the rate drops, Keras goes on for longer."""

    def trained(rates):
        w = torch.tensor([1.0], requires_grad=True)
        sgd = torch.optim.SGD([w], lr=0.1, momentum=0.9)
        for sgd.param_groups[0]["lr"] in rates:
            w.grad = torch.tensor([0.01])
            sgd.step()
        return w.item()

    same, dropped = seen_by_tensorflow["sgd"]
    assert same == pytest.approx(trained([0.1] * 3), abs=1e-6)
    assert 1 - dropped > 1.9 * (1 - trained([0.1, 0.01, 0.01]))


@needs_tensorflow
def test_keras_divides_a_weighted_loss_by_the_examples(seen_by_tensorflow):
    """Where cross-entropy divides by the weights of the classes that it met."""
    logits, y = torch.tensor([[1.0, 2.0], [0.0, 3.0]]), torch.tensor([0, 1])
    first, second = nn.functional.cross_entropy(logits, y, reduction="none").tolist()
    assert seen_by_tensorflow["weighted"] == pytest.approx((first + 3 * second) / 2)
    weight = torch.tensor([1.0, 3.0])
    by_class = nn.functional.cross_entropy(logits, y, weight=weight).item()
    assert by_class == pytest.approx((first + 3 * second) / (1 + 3))


@needs_tensorflow
def test_keras_normalises_a_batch_of_one(seen_by_tensorflow):
    """It comes out as zeros; PyTorch refuses it."""
    assert seen_by_tensorflow["norm of one"] == [[0.0, 0.0]]
    with pytest.raises(ValueError, match="more than 1 value"):
        nn.BatchNorm1d(2)(torch.ones(1, 2))


# the question on the LSTM


def tensorflow_lstm():
    import keras
    import numpy as np
    import tensorflow as tf

    from tests.pytorch_vs_tensorflow.test_lstm_gates import (
        BACKWARD,
        FORWARD,
        X,
        arrays,
        random_weights,
    )

    def bidirectional(weights, **options):
        layer = keras.layers.Bidirectional(keras.layers.LSTM(2, **options))
        layer.build((None, None, 3))
        layer.set_weights(weights)
        return layer

    x, weights = tf.constant(X), arrays([*FORWARD, *BACKWARD])
    last = bidirectional(weights)(x).numpy().tolist()
    both = bidirectional(weights, return_sequences=True)
    outputs = both(x).numpy().tolist()
    mask = tf.constant([[True, True, False, False], [True] * 4])
    with_mask = both(x, mask=mask).numpy()[0].tolist()
    forward = keras.layers.LSTM(2, return_sequences=True)
    forward.build((None, None, 3))
    starts_as = forward.recurrent_initializer, forward.kernel_initializer
    repeats = forward(x, mask=mask).numpy()[0, 1:].tolist()
    np.random.seed(0)
    start = random_weights(3, 2, directions=2)
    both.set_weights(start)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(both(x) ** 2)
    gradients = tape.gradient(loss, both.trainable_variables)
    sgd = keras.optimizers.SGD(0.1)
    sgd.apply_gradients(zip(gradients, both.trainable_variables, strict=True))
    gru = keras.layers.GRU(2, return_sequences=True)
    gru.build((None, None, 3))
    gru.set_weights([np.random.randn(*w.shape) for w in gru.get_weights()])
    return {
        "lstm": [outputs, last],
        "lstm starts as": [type(initializer).__name__ for initializer in starts_as],
        "lstm with mask": [with_mask, repeats],
        "lstm trained": [[w.tolist() for w in start], both(x).numpy().tolist()],
        "gru": [[w.tolist() for w in gru.get_weights()], gru(x).numpy().tolist()],
    }


@needs_tensorflow
def test_keras_still_gives_the_recorded_states(seen_by_tensorflow):
    """The numbers in the checks of lstm_gates are those of Keras."""
    outputs, last = map(torch.tensor, seen_by_tensorflow["lstm"])
    assert_close(outputs, torch.tensor(lstm_gates.OUTPUTS), rtol=0, atol=1e-5)
    assert_close(last, torch.tensor(lstm_gates.LAST), rtol=0, atol=1e-5)


@needs_tensorflow
def test_an_lstm_with_one_frozen_bias_trains_as_in_keras(seen_by_tensorflow):
    """After a step of SGD the outputs are the same; with two biases they are not."""
    weights, trained = seen_by_tensorflow["lstm trained"]
    x = torch.tensor(lstm_gates.X)
    off = {}
    for both in (False, True):
        lstm = lstm_gates.port_lstm(lstm_gates.arrays(weights))
        for name, parameter in lstm.named_parameters():
            parameter.requires_grad_(both or not name.startswith("bias_hh"))
        lstm(x)[0].square().sum().backward()
        torch.optim.SGD(lstm.parameters(), lr=0.1).step()
        off[both] = (lstm(x)[0] - torch.tensor(trained)).abs().max()
    assert off[False] < 1e-4
    assert off[True] > 1e-2


@needs_tensorflow
def test_keras_starts_an_lstm_from_an_orthogonal_matrix(seen_by_tensorflow):
    """PyTorch draws everything from one range, which the units decide."""
    assert seen_by_tensorflow["lstm starts as"] == ["Orthogonal", "GlorotUniform"]
    for parameter in nn.LSTM(3, 4).parameters():
        assert 0 < parameter.abs().max() <= 1 / 2


@needs_tensorflow
def test_keras_skips_padding_in_both_directions(seen_by_tensorflow):
    """As a packed sequence does; one direction repeats its last output, both give 0."""
    masked, repeats = seen_by_tensorflow["lstm with mask"]
    weights = lstm_gates.arrays([*lstm_gates.FORWARD, *lstm_gates.BACKWARD])
    x, lstm = torch.tensor(lstm_gates.X[:1]), lstm_gates.port_lstm(weights)
    packed = nn.utils.rnn.pack_padded_sequence(x, [2], batch_first=True)
    outputs, _ = nn.utils.rnn.pad_packed_sequence(
        lstm(packed)[0], batch_first=True, total_length=4
    )
    assert_close(outputs[0], torch.tensor(masked), rtol=0, atol=1e-5)
    assert repeats[0] == repeats[1] == repeats[2]


@needs_tensorflow
def test_a_gru_changes_its_gates_and_keeps_two_biases(seen_by_tensorflow):
    """Update comes first in Keras, reset in PyTorch; Keras has two rows of biases."""
    weights, outputs = seen_by_tensorflow["gru"]
    gru = nn.GRU(3, 2, batch_first=True)
    kernel, recurrent, biases = (
        torch.cat([torch.tensor(w).chunk(3, dim=-1)[i] for i in (1, 0, 2)], dim=-1)
        for w in weights
    )
    arrays = kernel.T, recurrent.T, *biases
    with torch.no_grad():
        for parameter, array in zip(gru.parameters(), arrays, strict=True):
            parameter.copy_(array)
    found, _ = gru(torch.tensor(lstm_gates.X))
    assert_close(found, torch.tensor(outputs), rtol=0, atol=1e-5)


# the question on what runs once


def graphs_of(function, calls, **options):
    """How many graphs torch.compile makes for these calls."""
    torch._dynamo.reset()
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    compiled = torch.compile(function, backend=backend, **options)
    for arguments in calls:
        compiled(*arguments)
    return len(graphs)


def test_pytorch_still_prints_what_was_recorded_of_it():
    """The first half of the question's code needs no TensorFlow."""
    torch._dynamo.reset()
    question = read_question("pytorch_vs_tensorflow/traced_once")
    (code,) = printed.blocks(question)
    half, _ = code.split("import tensorflow as tf\n")
    recorded = printed.kept(question, code)
    found = run(half, question)
    assert found == {n: recorded[n] for n in recorded if n.startswith("torch")}
    assert found, "the first half prints something"


@pytest.mark.filterwarnings("ignore:Dynamo does not know how to trace")
def test_a_graph_refuses_what_it_would_end_at():
    """With fullgraph a branch on a value raises, and so does Python's random number."""
    once, called = [(torch.ones(2),)], []

    def counted(x):
        called.append(1)
        return 2 * x

    with pytest.raises(torch._dynamo.exc.Unsupported):
        graphs_of(up_or_down, once, fullgraph=True)
    with pytest.raises(torch._dynamo.exc.Unsupported):
        graphs_of(lambda x: x + random.random(), once, fullgraph=True)
    assert graphs_of(counted, once, fullgraph=True) == len(called) == 1


def test_a_dynamic_graph_needs_no_second_one():
    """Sizes and numbers are symbols at once, but for a size of one."""
    sizes = [(torch.ones(n),) for n in (3, 4, 5, 6)]
    numbers = [(torch.ones(2), n) for n in (3, 4, 5, 6)]
    assert graphs_of(lambda x: x / 2, sizes, dynamic=True) == 1
    assert graphs_of(lambda x, n: x * n, numbers, dynamic=True) == 1
    assert graphs_of(lambda x: x / 2, [*sizes, (torch.ones(1),)], dynamic=True) == 2


def test_marking_a_size_makes_the_first_graph_dynamic():
    """`mark_dynamic` says it of one dimension of one tensor."""
    sizes = [(torch.ones(n),) for n in (3, 4, 5)]
    torch._dynamo.mark_dynamic(sizes[0][0], 0)
    assert graphs_of(lambda x: x / 2, sizes) == 1


def test_a_ninth_compilation_is_plain_python():
    """The limit is eight; with fullgraph the ninth raises."""
    assert torch._dynamo.config.recompile_limit == 8
    sizes = [(torch.ones(n),) for n in range(2, 14)]
    assert graphs_of(lambda x: x / 2, sizes, dynamic=False) == 8
    with pytest.raises(torch._dynamo.exc.FailOnRecompileLimitHit):
        graphs_of(lambda x: x / 2, sizes, dynamic=False, fullgraph=True)


def test_a_rate_that_changes_needs_a_second_graph_or_a_tensor():
    """A global float is guarded, and then made a symbol; a tensor is an input."""
    given = {"rate": 1.0}
    tensor = torch.ones(())

    def calls(change):
        for value in (1.0, 2.0, 3.0, 4.0):
            change(value)
            yield (torch.ones(1),)

    rates = calls(lambda value: given.update(rate=value))
    assert graphs_of(lambda x: given["rate"] * x, rates) == 2
    assert graphs_of(lambda x: tensor * x, calls(tensor.fill_)) == 1


def tensorflow_traces():
    import tensorflow as tf

    halved = tf.function(lambda x: x / 2, reduce_retracing=True)
    times = tf.function(lambda x, n: x * n, reduce_retracing=True)
    for n in (3, 4, 5, 6):
        halved(tf.ones(n))
        times(tf.ones(2), n)
    rate, count = tf.Variable(1.0), tf.Variable(0)

    @tf.function
    def scaled(x):
        count.assign_add(1)
        return rate * x + 0 * tf.random.uniform([])

    results = []
    for value in (1.0, 2.0, 3.0):
        rate.assign(value)
        results.append(float(scaled(tf.constant(1.0))))
    noisy = tf.function(lambda: tf.random.uniform([]))
    return {
        "reduced traces": [
            halved.experimental_get_tracing_count(),
            times.experimental_get_tracing_count(),
        ],
        "by a variable": [results, int(count), scaled.experimental_get_tracing_count()],
        "its own noise": float(noisy()) != float(noisy()),
    }


@needs_tensorflow
def test_tensorflow_generalises_shapes_when_asked_and_never_numbers(
    seen_by_tensorflow,
):
    """With reduce_retracing the second shape is the last that is traced."""
    assert seen_by_tensorflow["reduced traces"] == [2, 4]


@needs_tensorflow
def test_what_tensorflow_owns_changes_within_one_trace(seen_by_tensorflow):
    """A variable is read, a counter counted and noise drawn on every call."""
    assert seen_by_tensorflow["by a variable"] == [[1.0, 2.0, 3.0], 3, 1]
    assert seen_by_tensorflow["its own noise"] is True


# the code of questions that needs TensorFlow


@needs_tensorflow
@pytest.mark.parametrize("name", ["comparison", "traced_once"])
def test_code_for_tensorflow_still_prints_what_was_recorded(name, tmp_path):
    """What predictions about TensorFlow are compared with is what it prints today."""
    question = read_question(f"pytorch_vs_tensorflow/{name}")
    (code,) = filter(printed.is_kept, printed.blocks(question))
    script = tmp_path / "block.py"
    script.write_text(
        "from backprep import testing\n"
        "from backprep.bank.questions import read_question\n"
        f"seen = testing.run({code!r}, read_question({question.id!r}))\n"
    )
    (left,) = run_apart([script], tmp_path)
    assert left["seen"] == printed.kept(question, code)
    assert left["seen"], "the block prints something"
