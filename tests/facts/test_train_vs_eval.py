"""What the pages on training and evaluation mode say of PyTorch."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close


def drifting_batches():
    """Twenty batches whose mean moves from 0 to 4."""
    return [torch.randn(32, 1) + 4 * n / 19 for n in range(20)]


def saved_tensors(model, x):
    """How many tensors autograd keeps for the backward pass of `model(x)`."""
    saved = []
    hooks = torch.autograd.graph.saved_tensors_hooks
    with hooks(lambda t: saved.append(t) or t, lambda t: t):
        model(x)
    return len(saved)


def test_train_switches_dropout_on():
    """In training mode dropout drops, and scales what is left by 1 / (1 - p)."""
    y = nn.Dropout(0.3).train()(torch.ones(1000))
    assert sorted(set(y.tolist())) == pytest.approx([0, 1 / 0.7])


def test_train_makes_batch_norm_use_the_batch():
    """In training mode batch normalisation uses the mean and variance of the batch."""
    x = torch.randn(64, 3) * 5 + 2
    y = nn.BatchNorm1d(3, eps=1e-12).train()(x)
    assert_close(y, (x - x.mean(0)) / x.std(0, correction=0))


def test_eval_switches_dropout_off():
    """In evaluation mode dropout is the identity: nothing dropped, nothing scaled."""
    x = torch.randn(1000)
    assert torch.equal(nn.Dropout(0.3).eval()(x), x)


def test_eval_does_not_reach_functional_dropout():
    """`F.dropout` is on by default, whatever mode the module around it is in."""

    class Model(nn.Module):
        def forward(self, x):
            return F.dropout(x, 0.5)

    assert (Model().eval()(torch.ones(1000)) == 0).any()


def test_eval_does_not_reach_the_dropout_of_attention():
    """`F.scaled_dot_product_attention` drops whenever it is told a `dropout_p`."""
    x = torch.randn(1, 8, 4)
    first, second = (
        F.scaled_dot_product_attention(x, x, x, dropout_p=0.5) for _ in range(2)
    )
    assert not torch.equal(first, second)


def test_eval_does_not_reach_a_module_in_a_list():
    """A plain list hides its modules from `eval()`."""
    model = nn.Module()
    model.parts = [nn.Dropout(0.5)]
    model.eval()
    assert model.parts[0].training


def test_eval_makes_batch_norm_use_its_running_statistics():
    """In evaluation mode the batch does not matter, and the buffers do not move."""
    norm = nn.BatchNorm1d(2).eval()
    norm.running_mean.fill_(3.0)
    norm.running_var.fill_(4.0)
    x = torch.randn(8, 2)
    assert_close(norm(x), (x - 3) / (4 + 1e-5) ** 0.5)
    assert norm.running_mean.tolist() == [3.0, 3.0]
    assert norm.num_batches_tracked == 0


def test_running_statistics_weigh_late_batches_most():
    """The running mean is an exponential average, not the mean of the data."""
    batches = drifting_batches()
    norm = nn.BatchNorm1d(1)
    expected = torch.zeros(1)
    for x in batches:
        norm(x)
        expected = 0.9 * expected + 0.1 * x.mean(0)
    assert_close(norm.running_mean, expected)
    assert norm.running_mean.item() - torch.cat(batches).mean().item() > 0.2


def test_momentum_none_keeps_the_mean_of_all_batches():
    """With `momentum=None` each batch has the same weight."""
    batches = drifting_batches()
    norm = nn.BatchNorm1d(1, momentum=None)
    for x in batches:
        norm(x)
    assert_close(norm.running_mean, torch.cat(batches).mean(0))


def test_momentum_none_reads_the_number_of_batches():
    """With `momentum=None` the tenth batch counts for one tenth."""
    norm = nn.BatchNorm1d(1, momentum=None)
    norm.num_batches_tracked.fill_(9)
    norm(torch.ones(4, 1))
    assert norm.running_mean.item() == pytest.approx(1 / 10)


def test_running_variance_is_the_unbiased_one():
    """The batch is normalised by the biased variance; the unbiased one is kept."""
    x = torch.randn(4, 2)
    norm = nn.BatchNorm1d(2, momentum=1.0, eps=1e-12)
    assert_close(norm(x).var(0, correction=0), torch.ones(2))
    assert_close(norm.running_var, x.var(0, correction=1))


def test_a_refused_batch_of_one_is_counted():
    """PyTorch's layer counts the call before it raises; mean and variance stay."""
    norm = nn.BatchNorm1d(1)
    with pytest.raises(ValueError, match="more than 1 value"):
        norm(torch.full((1, 1), 7.0))
    assert norm.num_batches_tracked.item() == 1
    assert (norm.running_mean.item(), norm.running_var.item()) == (0.0, 1.0)


def test_var_mean_stays_accurate_far_from_zero():
    """The difference of the squares does not."""
    x = torch.tensor([9999.0, 10001.0])
    assert_close(torch.var_mean(x, correction=0)[0], torch.tensor(1.0))
    assert ((x**2).mean() - x.mean() ** 2 - 1).abs() > 0.5


def test_no_grad_does_not_freeze_the_running_statistics():
    """A pass in training mode moves them, also under `no_grad`."""
    norm = nn.BatchNorm1d(1)
    with torch.no_grad():
        norm(torch.ones(4, 1))
    assert norm.running_mean.item() == pytest.approx(0.1)


def test_requires_grad_does_not_freeze_the_running_statistics():
    """A layer with frozen weights still learns them; `eval()` on it does freeze."""
    norm = nn.BatchNorm1d(1).requires_grad_(False)
    norm(torch.ones(4, 1))
    assert norm.running_mean.item() == pytest.approx(0.1)
    norm.eval()(torch.zeros(4, 1))
    assert norm.running_mean.item() == pytest.approx(0.1)


def test_without_running_statistics_eval_uses_the_batch():
    """`track_running_stats=False` normalises by the batch in both modes."""
    norm = nn.BatchNorm1d(2, track_running_stats=False)
    x = torch.randn(8, 2) + 5
    assert_close(norm.eval()(x), norm.train()(x))


def test_small_batches_are_normalised_one_by_one():
    """Two half batches do not give what the whole batch gives."""
    x = torch.randn(8, 2)
    norm = nn.BatchNorm1d(2)
    halves = torch.cat([norm(half) for half in x.chunk(2)])
    assert (halves - norm(x)).abs().max() > 0.1


def test_layer_norm_has_no_modes_and_no_batch():
    """Layer normalisation does the same in both modes, for each example alone."""
    norm, x = nn.LayerNorm(3), torch.randn(4, 3)
    assert torch.equal(norm.train()(x), norm.eval()(x))
    assert_close(norm(x)[:1], norm(x[:1]))


def test_train_reaches_every_submodule():
    """The mode is a flag of each module; `train()` on a parent thaws its children."""
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5))
    model[0].eval()
    assert model.training
    assert not model[0].training
    model.train()
    assert model[0].training


def test_eval_does_not_stop_gradients():
    """In evaluation mode autograd records the graph, and backward works."""
    layer = nn.Linear(2, 1).eval()
    layer(torch.ones(1, 2)).sum().backward()
    assert layer.weight.grad.tolist() == [[1.0, 1.0]]


def test_no_grad_saves_the_memory_that_eval_does_not():
    """`eval()` keeps tensors for a backward pass; under `no_grad` there are none."""
    model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1)).eval()
    x = torch.ones(4, 2)
    assert saved_tensors(model, x) > 0
    with torch.no_grad():
        assert saved_tensors(model, x) == 0


def test_no_grad_does_not_switch_dropout_off():
    """`no_grad` is about gradients alone."""
    with torch.no_grad():
        assert (nn.Dropout(0.5)(torch.ones(1000)) == 0).any()


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_a_transformer_encoder_zeroes_padding_under_no_grad():
    """Its fast path for inference needs both evaluation mode and no recording."""
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.TransformerEncoder(layer, 2).eval()
    x = torch.randn(2, 4, 8)
    padding = torch.tensor([[False, False, True, True], [False] * 4])
    recorded = model(x, src_key_padding_mask=padding)
    with torch.no_grad():
        fast = model(x, src_key_padding_mask=padding)
    assert_close(fast[~padding], recorded[~padding], rtol=1e-4, atol=1e-5)
    assert recorded[padding].all()
    assert not fast[padding].any()


@torch.no_grad()
def test_a_transformer_encoder_zeroes_nothing_without_a_mask_or_nested_tensors():
    """Only a padding mask and `enable_nested_tensor` make it leave positions out."""
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    x = torch.randn(2, 4, 8)
    padding = torch.tensor([[False, False, True, True], [False] * 4])
    assert nn.TransformerEncoder(layer, 2).enable_nested_tensor
    assert nn.TransformerEncoder(layer, 2).eval()(x).all()
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
    assert model(x, src_key_padding_mask=padding).all()


def test_softmax_loses_an_infinite_logit():
    """Infinity less infinity is NaN, in the whole row; its argmax is then the first."""
    logits = torch.tensor([1.0, torch.inf])
    assert logits.argmax() == 1
    assert logits.softmax(-1).isnan().all()
    assert logits.softmax(-1).argmax() == 0


def test_softmax_keeps_a_logit_of_minus_infinity():
    """Its probability is zero, and the others are right."""
    logits = torch.tensor([-torch.inf, 1.0, 1.0])
    assert logits.softmax(-1).tolist() == [0.0, 0.5, 0.5]


def test_inference_mode_saves_no_tensors_either_and_does_not_evaluate():
    """`inference_mode` implies no gradients, and no evaluation mode."""
    with torch.inference_mode():
        assert saved_tensors(nn.Linear(2, 1), torch.ones(1, 2)) == 0
        assert (nn.Dropout(0.5)(torch.ones(1000)) == 0).any()


def test_inference_tensors_cannot_be_saved_for_backward():
    """What `inference_mode` made, floats or indices, is refused by autograd later."""
    weight = torch.ones(3, requires_grad=True)
    with torch.inference_mode():
        factor, index = torch.ones(3), torch.tensor([0, 2])
    for use in (lambda: weight * factor, lambda: weight[index]):
        with pytest.raises(RuntimeError, match="Inference tensors cannot be saved"):
            use()


def test_attention_drops_in_evaluation_mode_too():
    """`dropout_p` is an argument: no module passes its mode along."""
    query = torch.randn(1, 1, 8, 4)
    attention = F.scaled_dot_product_attention
    with torch.no_grad():
        one, two = (attention(query, query, query, dropout_p=0.5) for _ in range(2))
    assert not torch.equal(one, two)


def test_dropout_keeps_its_mask_in_the_dtype_of_its_input_on_the_cpu():
    """As many bytes as the input has."""
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(kept.append, lambda t: t):
        nn.Dropout(0.5)(torch.ones(100, requires_grad=True))
    assert [(len(mask), mask.dtype) for mask in kept] == [(100, torch.float32)]


def test_dropout_of_channels_drops_whole_ones():
    """`Dropout2d` draws once for each channel of each example."""
    y = nn.Dropout2d(0.5)(torch.ones(40, 3, 4, 4)).flatten(2)
    assert sorted(set(y.sum(2).flatten().tolist())) == [0.0, 32.0]


def test_dropout_raises_the_variance_that_batch_norm_records():
    """So in evaluation mode batch normalisation divides by too much."""
    norm = nn.BatchNorm1d(1, momentum=None)
    model = nn.Sequential(nn.Dropout(0.5), norm)
    x = torch.randn(4000, 1) + 2
    model(x)
    assert norm.running_var.item() > 4 * x.var().item()
    assert model.eval()(x).std().item() < 0.5


def test_inference_tensors_have_no_version_and_a_clone_outside_is_ordinary():
    """What is not counted cannot be saved; a copy made outside can."""
    weight = torch.ones(2, requires_grad=True)
    with torch.inference_mode():
        factor = weight * 2
    with pytest.raises(RuntimeError, match="do not track version counter"):
        factor._version  # noqa: B018
    (weight * factor.clone()).sum().backward()
    assert weight.grad.tolist() == [2.0, 2.0]


def test_a_model_without_trainable_parameters_records_what_its_input_asks_for():
    """Freezing stops the recording unless the input requires a gradient."""
    model = nn.Linear(2, 1).requires_grad_(False)
    assert not model(torch.ones(1, 2)).requires_grad
    assert model(torch.ones(1, 2, requires_grad=True)).requires_grad


def test_a_generator_lets_go_of_the_mode_only_as_a_decorated_function():
    """A `with` around a `yield` reaches into the caller's loop."""

    @torch.no_grad()
    def decorated():
        yield torch.is_grad_enabled()

    def inside():
        with torch.no_grad():
            yield torch.is_grad_enabled()

    assert [(mode, torch.is_grad_enabled()) for mode in decorated()] == [(False, True)]
    assert [(mode, torch.is_grad_enabled()) for mode in inside()] == [(False, False)]


def test_a_transformer_encoder_in_eval_mode_ignores_its_dropout_layers():
    """Its fast path asks the layer's own flag, and never calls the dropouts inside."""
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 1).eval()
    for part in encoder.modules():
        if isinstance(part, nn.Dropout):
            part.train()
    x = torch.randn(3, 2, 4)
    with torch.no_grad():
        assert torch.equal(encoder(x), encoder(x))
        encoder.layers[0].training = True
        assert not torch.equal(encoder(x), encoder(x))
    encoder.layers[0].training = False
    assert not torch.equal(encoder(x), encoder(x))


def test_dropout_inside_a_layer_obeys_the_flag_of_that_layer():
    """`nn.LSTM` and `nn.MultiheadAttention` hold a probability and no dropout layer."""
    x = torch.randn(5, 2, 4)
    lstm = nn.LSTM(4, 4, num_layers=2, dropout=0.5)
    attention = nn.MultiheadAttention(4, 2, dropout=0.5)
    calls = {lstm: lambda: lstm(x)[0], attention: lambda: attention(x, x, x)[0]}
    for layer, call in calls.items():
        assert not any(isinstance(part, nn.Dropout) for part in layer.modules())
        for training in (True, False):
            layer.train(training)
            assert torch.equal(call(), call()) is not training


def test_the_mean_of_probabilities_is_not_the_softmax_of_mean_logits():
    """A sure pass outweighs an undecided one in logits, and not in probabilities."""
    draws = torch.tensor([[10.0, 0.0], [0.0, 0.0]])
    assert draws.softmax(1).mean(0)[0] < 0.76
    assert draws.mean(0).softmax(0)[0] > 0.99


def test_kinds_of_dropout_are_siblings():
    """None but a class of your own derives from `nn.Dropout`."""
    kinds = nn.Dropout1d, nn.Dropout2d, nn.Dropout3d
    for kind in (*kinds, nn.AlphaDropout, nn.FeatureAlphaDropout):
        assert not issubclass(kind, nn.Dropout)
