"""What the pages of model_building say about PyTorch, shown on PyTorch itself."""

import itertools
import math

import pytest
import torch
from torch import nn
from torch.nn.functional import dropout, scaled_dot_product_attention
from torch.nn.utils.rnn import pack_padded_sequence
from torch.testing import assert_close


class SeedClassifier(nn.Module):
    """The classifier of the page that this bank grew from, line by line."""

    def __init__(self, vocab_size: int, embed_dim: int, num_classes: int):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.LSTM(embed_dim, 128, batch_first=True, bidirectional=True)
        self.classifier = nn.Sequential(
            nn.Linear(256, 64),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(64, num_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        embedded = self.embedding(x)
        _, (hidden, _) = self.encoder(embedded)
        hidden = torch.cat([hidden[0], hidden[1]], dim=1)
        return self.classifier(hidden)


def lstm(layers=1):
    return nn.LSTM(
        4, 128, batch_first=True, bidirectional=True, num_layers=layers
    ).eval()


def padded(x, amount, pad=0):
    return nn.functional.pad(x, (0, amount), value=pad)


# --- the module -------------------------------------------------------------


def test_the_classifier_turns_ids_into_logits():
    """Ids of shape (4, 7) become logits of shape (4, 3)."""
    model = SeedClassifier(20, 4, 3)
    assert model(torch.randint(20, (4, 7))).shape == (4, 3)


def test_the_classifier_of_the_training_loop_has_1560835_parameters():
    """With 10,000 words, 128 dimensions and three classes."""
    model = SeedClassifier(10_000, 128, 3)
    assert sum(p.numel() for p in model.parameters()) == 1_560_835


def test_an_lstm_has_four_gates_and_two_biases_in_each_direction():
    """Two directions have 2 * (512 * (embed_dim + 128) + 1024) parameters."""
    encoder = lstm()
    assert encoder.weight_ih_l0.shape == (4 * 128, 4)
    assert encoder.weight_hh_l0.shape == (4 * 128, 128)
    assert encoder.bias_ih_l0.shape == encoder.bias_hh_l0.shape == (4 * 128,)
    count = sum(p.numel() for p in encoder.parameters())
    assert count == 2 * (512 * (4 + 128) + 1024)


def test_layers_can_only_be_assigned_after_super_init():
    """Without `super().__init__()` there is no place to register them."""

    class Careless(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match="before Module"):
        Careless()


def test_a_plain_list_of_layers_is_not_registered():
    """An attribute that is a list is not looked into; an `nn.ModuleList` is."""

    class Stack(nn.Module):
        def __init__(self, kind):
            super().__init__()
            self.layers = kind([nn.Linear(2, 2)])

    assert list(Stack(list).parameters()) == []
    assert list(Stack(list).state_dict()) == []
    assert len(list(Stack(nn.ModuleList).parameters())) == 2


def test_what_is_registered_is_saved_and_moved():
    """A layer or an `nn.Parameter` as an attribute; a plain tensor is neither."""
    module = nn.Module()
    module.layer, module.scale = nn.Linear(1, 1), nn.Parameter(torch.ones(1))
    module.plain = torch.ones(1)
    module.to(torch.float64)
    assert set(module.state_dict()) == {"layer.weight", "layer.bias", "scale"}
    assert module.layer.weight.dtype == module.scale.dtype == torch.float64
    assert module.plain.dtype == torch.float32


def test_names_are_paths_and_layers_without_parameters_take_a_place():
    """ReLU and dropout are 1 and 2 of the Sequential, so the head is 0 and 3."""
    names = {name for name in SeedClassifier(20, 4, 3).state_dict() if "class" in name}
    assert names == {
        f"classifier.{place}.{kind}" for place in (0, 3) for kind in ("weight", "bias")
    }


def test_strict_loading_refuses_a_name_that_does_not_fit():
    """With `strict=False` the same file loads nothing, and says so in its result."""
    layer = nn.Linear(2, 2)
    renamed = {f"module.{name}": value for name, value in layer.state_dict().items()}
    with pytest.raises(RuntimeError, match="Missing key"):
        layer.load_state_dict(renamed, strict=True)
    result = layer.load_state_dict(renamed, strict=False)
    assert result.missing_keys == ["weight", "bias"]


# --- the layers -------------------------------------------------------------


def test_an_embedding_is_a_table_of_rows():
    """`Embedding(vocab_size, embed_dim)` gives (batch, seq_len, embed_dim)."""
    layer = nn.Embedding(20, 4)
    x = torch.randint(20, (3, 5))
    assert layer.weight.shape == (20, 4)
    assert layer(x).shape == (3, 5, 4)
    assert_close(layer(x), layer.weight[x])


def test_a_linear_layer_keeps_its_weight_out_by_in():
    """`Linear(256, 64)` has a weight of shape (64, 256)."""
    layer, x = nn.Linear(256, 64), torch.randn(2, 256)
    assert layer.weight.shape == (64, 256)
    assert_close(layer(x), x @ layer.weight.T + layer.bias)


def test_batch_first_moves_the_output_and_not_the_hidden_state():
    """`h_n` is (2, batch, 128) with `batch_first` and without."""
    x = torch.randn(3, 5, 4)
    output, (hidden, cell) = lstm()(x)
    assert output.shape == (3, 5, 256)
    assert hidden.shape == cell.shape == (2, 3, 128)
    time_first = nn.LSTM(4, 128, bidirectional=True)
    output, (hidden, _) = time_first(x.transpose(0, 1))
    assert output.shape == (5, 3, 256)
    assert hidden.shape == (2, 3, 128)


def test_each_direction_ends_at_its_own_end_of_the_text():
    """`h_n[0]` is the forward output at the end, `h_n[1]` the backward at the start."""
    output, (hidden, _) = lstm()(torch.randn(3, 5, 4))
    assert_close(hidden[0], output[:, -1, :128])
    assert_close(hidden[1], output[:, 0, 128:])


def test_the_last_position_has_one_step_of_the_backward_direction():
    """Words before the last one do not change it."""
    encoder, x = lstm(), torch.randn(3, 5, 4)
    other = torch.cat([torch.randn(3, 4, 4), x[:, -1:]], dim=1)
    assert_close(encoder(other)[0][:, -1, 128:], encoder(x)[0][:, -1, 128:])


def test_stacked_layers_end_at_minus_two_and_minus_one():
    """With two layers `h_n[0]` and `h_n[1]` belong to the first one."""
    output, (hidden, _) = lstm(layers=2)(torch.randn(3, 5, 4))
    assert hidden.shape == (4, 3, 128)
    assert_close(hidden[-2], output[:, -1, :128])
    assert_close(hidden[-1], output[:, 0, 128:])
    assert not torch.allclose(hidden[0], output[:, -1, :128])


def test_concatenating_along_the_features_keeps_the_texts_apart():
    """`cat(dim=1)` joins each text's two states; `view` mixes the texts."""
    hidden = torch.arange(4.0).reshape(2, 2, 1).expand(2, 2, 128)
    joined = torch.cat([hidden[0], hidden[1]], dim=1)
    assert joined.shape == (2, 256)
    assert joined[0].unique().tolist() == [0.0, 2.0]
    assert hidden.reshape(2, -1)[0].unique().tolist() == [0.0, 1.0]


def test_the_initial_state_is_zeros_in_the_dtype_of_the_input():
    """No state is the same as zeros."""
    encoder, x = lstm().double(), torch.randn(3, 5, 4, dtype=torch.float64)
    zeros = torch.zeros(2, 3, 128, dtype=torch.float64)
    assert_close(encoder(x)[0], encoder(x, (zeros, zeros))[0])


def test_dropout_follows_the_mode_of_its_module():
    """The survivors of a dropout of 0.3 are divided by 0.7; eval mode does nothing."""
    layer, x = nn.Dropout(0.3), torch.ones(1000)
    assert_close(layer.eval()(x), x)
    values = layer.train()(x).unique()
    assert_close(values, torch.tensor([0.0, 1 / 0.7]))


def test_functional_dropout_drops_unless_told_otherwise():
    """`F.dropout(x, p)` has `training=True` as its default."""
    x = torch.ones(1000)
    assert (dropout(x, 0.3) == 0).any()
    assert_close(dropout(x, 0.3, training=False), x)


# --- logits -----------------------------------------------------------------


def test_cross_entropy_takes_the_logarithm_of_the_softmax():
    """So the model returns logits."""
    logits, y = torch.randn(4, 3), torch.tensor([0, 2, 1, 1])
    by_hand = -logits.log_softmax(1)[torch.arange(4), y].mean()
    assert_close(nn.CrossEntropyLoss()(logits, y), by_hand)


def test_a_second_softmax_puts_a_floor_under_the_loss():
    """Three classes, every answer right and certain: log(e + 2) - 1, about 0.55."""
    certain = 1000 * torch.eye(3)
    loss = nn.CrossEntropyLoss()
    assert loss(certain, torch.arange(3)).item() == 0
    floor = loss(certain.softmax(1), torch.arange(3)).item()
    assert (
        floor
        == pytest.approx(math.log(math.e + 2) - 1)
        == pytest.approx(0.5514, abs=1e-4)
    )


def test_argmax_needs_no_softmax():
    """The largest logit is the largest probability."""
    logits = torch.randn(50, 3)
    assert torch.equal(logits.argmax(1), logits.softmax(1).argmax(1))


def test_from_pretrained_freezes_unless_told_otherwise():
    """`Embedding.from_pretrained` has `freeze=True` as its default."""
    vectors = torch.randn(3, 2)
    assert not nn.Embedding.from_pretrained(vectors).weight.requires_grad
    assert nn.Embedding.from_pretrained(vectors, freeze=False).weight.requires_grad


# --- padding ----------------------------------------------------------------


def test_padding_changes_the_logits_of_the_seed_model():
    """The same ids get other logits for each number of pads that follow."""
    model = SeedClassifier(20, 4, 3).eval()
    x = torch.randint(1, 20, (4, 7))
    logits = [model(padded(x, amount)) for amount in (0, 1, 5, 20)]
    for one, other in itertools.combinations(logits, 2):
        assert (one - other).abs().max() > 1e-3


def test_padding_changes_both_directions():
    """The forward one runs on into the padding, the backward one begins there."""
    encoder, x = lstm(), torch.randn(3, 5, 4)
    _, (alone, _) = encoder(x)
    _, (beside, _) = encoder(nn.functional.pad(x, (0, 0, 0, 4)))
    assert not torch.allclose(alone[0], beside[0], atol=1e-3)
    assert not torch.allclose(alone[1], beside[1], atol=1e-3)


def test_padding_on_the_left_mends_neither_direction():
    """The forward one begins in the padding, the backward one runs on into it."""
    encoder, x = lstm(), torch.randn(3, 5, 4)
    _, (alone, _) = encoder(x)
    _, (beside, _) = encoder(nn.functional.pad(x, (0, 0, 4, 0)))
    assert not torch.allclose(alone[0], beside[0], atol=1e-5)
    assert not torch.allclose(alone[1], beside[1], atol=1e-5)


def test_padding_idx_does_not_keep_padding_out_of_the_lstm():
    """The pads are zeros, and the biases and the state still make a step of them."""
    model = SeedClassifier(20, 4, 3).eval()
    model.embedding = nn.Embedding(20, 4, padding_idx=0)
    x = torch.randint(1, 20, (4, 7))
    assert model.embedding(torch.tensor([0])).tolist() == [[0.0] * 4]
    assert (model(padded(x, 5)) - model(x)).abs().max() > 1e-3


def test_packing_gives_each_text_its_own_last_states():
    """In the order of the batch, as if each had been run alone."""
    encoder, lengths = lstm(), torch.tensor([2, 5, 3])
    x = torch.randn(3, 5, 4)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    _, (hidden, _) = encoder(packed)
    for row, length in enumerate(lengths.tolist()):
        _, (alone, _) = encoder(x[row : row + 1, :length])
        assert_close(hidden[:, row], alone[:, 0])


def test_two_padded_runs_give_the_states_of_a_packed_one():
    """Padding behind for the forward half, in front for the backward half."""
    encoder, x = lstm(), torch.randn(1, 5, 4)
    _, (alone, _) = encoder(x)
    behind, _ = encoder(nn.functional.pad(x, (0, 0, 0, 3)))
    before, _ = encoder(nn.functional.pad(x, (0, 0, 3, 0)))
    assert_close(behind[:, 4, :128], alone[0])
    assert_close(before[:, 3, 128:], alone[1])


def test_packing_wants_sorted_lengths_by_default():
    """`enforce_sorted=False` sorts inside."""
    x = torch.randn(2, 5, 4)
    with pytest.raises(RuntimeError, match="sorted"):
        pack_padded_sequence(x, torch.tensor([2, 5]), batch_first=True)


def test_packing_refuses_a_length_of_zero():
    """With a RuntimeError about packing."""
    x = torch.randn(2, 5, 4)
    with pytest.raises(RuntimeError, match="greater than 0"):
        pack_padded_sequence(x, torch.tensor([5, 0]), batch_first=True)


def test_packing_accepts_a_length_beyond_the_text_and_the_lstm_does_not():
    """The error speaks of sizes, and of neither a text nor its length."""
    x = torch.randn(2, 5, 4)
    packed = pack_padded_sequence(x, torch.tensor([6, 5]), batch_first=True)
    with pytest.raises(RuntimeError, match="size"):
        lstm()(packed)


def test_packing_wants_lengths_on_the_cpu():
    """The meta device stands for any other one here."""
    x = torch.randn(2, 5, 4)
    lengths = torch.tensor([5, 2], device="meta")
    with pytest.raises(RuntimeError, match="1D CPU int64 tensor"):
        pack_padded_sequence(x, lengths, batch_first=True)


def test_pads_get_a_gradient_without_padding_idx():
    """With `padding_idx` their row gets none, nor does it when the batch is packed."""
    x, lengths = torch.tensor([[3, 4, 0, 0], [5, 6, 7, 0]]), torch.tensor([2, 3])
    gradients = {}
    for name, index in (("plain", None), ("padding_idx", 0), ("packed", None)):
        embedding, encoder = nn.Embedding(8, 4, padding_idx=index), lstm()
        read = embedding(x)
        if name == "packed":
            read = pack_padded_sequence(
                read, lengths, batch_first=True, enforce_sorted=False
            )
        encoder(read)[1][0].sum().backward()
        gradients[name] = embedding.weight.grad[0].abs().sum().item()
    assert gradients["plain"] > 0
    assert gradients["padding_idx"] == gradients["packed"] == 0


@pytest.mark.parametrize("index", [None, 0])
def test_adamw_decays_rows_that_were_not_looked_up(index):
    """By 1 - lr * weight_decay in each step, with `padding_idx` as without."""
    embedding = nn.Embedding(4, 2, padding_idx=index)
    with torch.no_grad():
        embedding.weight.fill_(1)
    optimizer = torch.optim.AdamW(embedding.parameters(), lr=0.1, weight_decay=0.1)
    embedding(torch.tensor([1])).sum().backward()
    optimizer.step()
    assert_close(embedding.weight[[0, 2, 3]], torch.full((3, 2), 1 - 0.1 * 0.1))


def test_adam_moves_rows_that_were_looked_up_before():
    """Momentum outlives the batch, so such a row does not only decay."""
    embedding = nn.Embedding(4, 2)
    optimizer = torch.optim.AdamW(embedding.parameters(), lr=0.1, weight_decay=0)
    embedding(torch.tensor([1, 2])).sum().backward()
    optimizer.step()
    never, before = embedding.weight[[0, 2]].detach()
    optimizer.zero_grad()
    embedding(torch.tensor([1])).sum().backward()
    optimizer.step()
    assert_close(embedding.weight[0], never)
    assert (embedding.weight[2] < before).all()


def test_zeros_are_left_by_weight_decay():
    """So the row of a fresh `padding_idx` stays at zero."""
    embedding = nn.Embedding(4, 2, padding_idx=0)
    optimizer = torch.optim.AdamW(embedding.parameters(), lr=0.1, weight_decay=0.1)
    embedding(torch.tensor([0, 1])).sum().backward()
    optimizer.step()
    assert embedding.weight[0].tolist() == [0.0, 0.0]


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_recurrent_layers_stack_their_gates_in_the_rows():
    """One gate in an RNN, three in a GRU, four in an LSTM; each has two biases."""
    for kind, gates in ((nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)):
        layer = kind(3, 5)
        shapes = {name: tuple(p.shape) for name, p in layer.named_parameters()}
        assert shapes == {
            "weight_ih_l0": (gates * 5, 3),
            "weight_hh_l0": (gates * 5, 5),
            "bias_ih_l0": (gates * 5,),
            "bias_hh_l0": (gates * 5,),
        }
        assert count(layer) == gates * (5 * 3 + 5 * 5 + 5 + 5)


def test_the_second_layer_reads_both_directions_of_the_first():
    """Its input is twice the hidden size wide."""
    deep = nn.LSTM(3, 5, num_layers=2, bidirectional=True)
    for name in ("weight_ih_l1", "weight_ih_l1_reverse"):
        assert getattr(deep, name).shape == (4 * 5, 2 * 5)


def test_only_the_sum_of_an_lstms_two_biases_matters():
    """Moving a bias from one to the other changes nothing."""
    lstm, x = nn.LSTM(3, 5), torch.randn(4, 2, 3)
    before, _ = lstm(x)
    with torch.no_grad():
        lstm.bias_ih_l0 += 1
        lstm.bias_hh_l0 -= 1
    assert_close(lstm(x)[0], before)


def test_adamw_keeps_two_numbers_for_each_trained_parameter():
    """And nothing for a frozen one: 16 bytes against 4."""
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    assert {id(p) for p in optimizer.state} == {id(p) for p in model[1].parameters()}
    for parameter, state in optimizer.state.items():
        held = [state["exp_avg"], state["exp_avg_sq"], parameter.grad, parameter]
        assert [t.nbytes for t in held] == [4 * parameter.numel()] * 4
    assert model[0].weight.grad is None


def test_parameters_on_meta_are_counted_without_memory():
    """A layer of a trillion weights, which no machine holds."""
    with torch.device("meta"):
        layer = nn.Linear(1_000_000, 1_000_000, bias=False)
    assert count(layer) == 10**12


def test_a_lazy_layer_has_no_number_before_its_first_input():
    """Its weight has no shape yet, so there is nothing to count."""
    with pytest.raises(ValueError, match="uninitialized"):
        count(nn.LazyLinear(3))


def test_a_convolution_uses_each_weight_at_every_position():
    """One multiplication a weight and position; an embedding multiplies nothing."""
    conv, image = nn.Conv2d(3, 8, kernel_size=3, bias=False), torch.ones(1, 3, 32, 32)
    positions = conv(image)[0, 0].numel()
    assert positions == 900
    nn.init.ones_(conv.weight)
    assert conv(image).sum() == positions * count(conv)


# --- attention --------------------------------------------------------------


def blind_row():
    """A module, an input, and masks by which position 0 sees nothing."""
    module = nn.MultiheadAttention(4, 2, batch_first=True)
    nn.init.normal_(module.out_proj.bias)
    masks = {
        "key_padding_mask": torch.tensor([[True, False, False]]),
        "attn_mask": torch.ones(3, 3, dtype=torch.bool).triu(1),
    }
    return module, torch.randn(1, 3, 4), masks


def test_attention_that_returns_weights_is_nan_where_nothing_is_seen():
    """Without weights it calls `scaled_dot_product_attention`, which gives zeros."""
    module, x, masks = blind_row()
    with_weights, weights = module(x, x, x, **masks)
    without, none = module(x, x, x, **masks, need_weights=False)
    assert with_weights[0, 0].isnan().all()
    assert weights is not None
    assert none is None
    assert_close(without[0, 0], module.out_proj.bias)
    assert_close(with_weights[0, 1:], without[0, 1:])


def test_boolean_masks_mean_opposite_things():
    """`True` is ignored by the module, and takes part in the function."""
    q = torch.randn(1, 1, 2, 4)
    first = torch.tensor([[True, False], [True, False]])
    assert_close(scaled_dot_product_attention(q, q, q, first)[0, 0, 1], q[0, 0, 0])
    module, x = nn.MultiheadAttention(4, 1, batch_first=True), torch.randn(1, 2, 4)
    _, weights = module(x, x, x, attn_mask=first)
    assert weights[0].tolist() == [[0, 1], [0, 1]]


def test_a_score_has_the_variance_of_the_size_of_a_head():
    """A sum of 64 products of unit variance; a wide spread starves the softmax."""
    q, k = torch.randn(2, 4000, 64)
    scores = (q * k).sum(1)
    assert scores.var().item() == pytest.approx(64, rel=0.1)
    assert (scores / 64**0.5).var().item() == pytest.approx(1, rel=0.1)
    for scale, least, most in ((1, 0.75, 1), (1 / 8, 0, 0.35)):
        largest = (q[:200] @ k[:16].T * scale).softmax(-1).amax(-1).mean().item()
        assert least < largest < most


@pytest.mark.parametrize("heads", [1, 2, 8])
def test_the_number_of_heads_changes_no_parameter(heads):
    """Four square matrices and as many biases, whatever the heads are."""
    module = nn.MultiheadAttention(8, heads)
    assert sum(p.numel() for p in module.parameters()) == 4 * 8 * 8 + 4 * 8


def test_fused_attention_keeps_no_table_of_weights():
    """One number a row and head; but an explicit mask is a table of its own."""
    q = torch.randn(1, 2, 256, 8, requires_grad=True)
    mask = torch.ones(256, 256, dtype=torch.bool).tril()
    largest = {}
    for name, options in (
        ("causal", {"is_causal": True}),
        ("mask", {"attn_mask": mask}),
    ):
        kept = []
        hooks = (lambda t, kept=kept: (kept.append(t.numel()), t)[1]), lambda t: t
        with torch.autograd.graph.saved_tensors_hooks(*hooks):
            scaled_dot_product_attention(q, q, q, **options)
        largest[name] = max(kept)
        assert 2 * 256 in kept  # the logarithms of the sums
    assert largest == {"causal": q.numel(), "mask": 256 * 256}


def test_a_nan_that_is_hidden_forward_comes_back():
    """The softmax multiplies by its own result, and zero times NaN is NaN."""
    scores = torch.zeros(1, 2, requires_grad=True)
    nothing = torch.full((1, 2), -torch.inf)
    weights = (scores + nothing).softmax(-1).nan_to_num()
    assert weights.tolist() == [[0, 0]]
    weights.sum().backward()
    assert scores.grad.isnan().all()


def test_a_causal_mask_for_fewer_queries_is_aligned_at_the_start():
    """`is_causal` lets the only query see the first of three keys alone."""
    q, k = torch.randn(1, 1, 1, 4), torch.randn(1, 1, 3, 4)
    assert_close(scaled_dot_product_attention(q, k, k, is_causal=True), k[:, :, :1])


# --- the start --------------------------------------------------------------


def test_pytorch_starts_linear_layers_within_one_over_the_root_of_the_inputs():
    """Convolutions too: a third of `1 / fan_in` for a variance, biases included."""
    layers = nn.Linear(400, 1000), nn.Conv2d(16, 2000, 5)
    for layer in layers:
        bound = layer.weight[0].numel() ** -0.5
        for parameter in layer.parameters():
            assert 0.98 * bound < parameter.abs().max().item() <= bound
            variance = parameter.var().item()
            assert variance == pytest.approx(bound**2 / 3, rel=0.1)


def test_a_layer_as_pytorch_starts_it_keeps_a_sixth():
    """Of the mean square, when a ReLU follows."""
    layer = nn.Linear(1000, 1000)
    nn.init.zeros_(layer.bias)
    kept = layer(torch.randn(200, 1000)).relu().square().mean().item()
    assert kept == pytest.approx(1 / 6, rel=0.1)


def test_units_that_start_equal_stay_equal():
    """They get the same gradient, so the layer has one unit, many times."""
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    start = model[0].weight.detach().clone()
    for _ in range(5):
        optimizer.zero_grad()
        (model(torch.randn(8, 3)) - 1).square().mean().backward()
        optimizer.step()
    assert not torch.equal(model[0].weight, start)
    assert_close(model[0].weight, model[0].weight[:1].expand(4, 3))


def test_two_layers_of_zeros_learn_a_bias_alone():
    """Each weight's gradient has a factor of zero: the other layer or its output."""
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    (model(torch.randn(8, 3)) - 1).square().mean().backward()
    learns = [name for name, p in model.named_parameters() if p.grad.any()]
    assert learns == ["2.bias"]


def test_fan_out_keeps_the_size_of_the_gradient():
    """`fan_in` keeps that of the signal; the ratio of the fans is the difference."""
    x, found = torch.randn(500, 800, requires_grad=True), {}
    for mode in ("fan_in", "fan_out"):
        layer = nn.Linear(800, 200, bias=False)
        nn.init.kaiming_normal_(layer.weight, mode=mode, nonlinearity="linear")
        y = layer(x)
        (gradient,) = torch.autograd.grad(y, x, torch.randn_like(y))
        found[mode] = y.var().item(), gradient.var().item()
    assert found["fan_in"] == pytest.approx((1, 1 / 4), rel=0.1)
    assert found["fan_out"] == pytest.approx((4, 1), rel=0.1)


def test_branches_of_full_size_make_the_residual_stream_grow():
    """Scaled by one over the root of their number, they hardly do."""
    sizes = {}
    for scale in (1.0, 50**-0.5):
        stream = torch.randn(100, 128)
        for _ in range(50):
            weight = torch.randn(128, 128) / 128**0.5
            stream = stream + scale * stream @ weight
        sizes[scale] = stream.var().item()
    assert sizes[1.0] > 1e10
    assert 1 < sizes[50**-0.5] < 6


def test_a_norm_cancels_the_scale_and_divides_the_gradient():
    """Ten times the weight: the same output, a tenth of the gradient."""
    x, norm = torch.randn(6, 5), nn.LayerNorm(4, eps=0)
    weight, target = torch.randn(4, 5), torch.randn(6, 4)
    outputs, gradients = [], []
    for scale in (1, 10):
        scaled = (scale * weight).requires_grad_()
        outputs.append(norm(x @ scaled.T))
        gradients += torch.autograd.grad((outputs[-1] * target).sum(), scaled)
    assert_close(outputs[0], outputs[1])
    assert_close(gradients[0], 10 * gradients[1], rtol=1e-4, atol=1e-4)
