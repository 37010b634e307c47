"""What the pages on the training loop say about PyTorch."""

import copy
import math
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss, one_hot
from torch.testing import assert_close


def fit(*order, optimizer=torch.optim.SGD, steps=60, lr=0.1):
    """The loss before and after fitting a line, with the calls in this order."""
    x = torch.linspace(-1, 1, 16).unsqueeze(1)
    y = 3 * x - 2
    model = nn.Linear(1, 1)
    optimizer = optimizer(model.parameters(), lr=lr)
    calls = {
        "zero": optimizer.zero_grad,
        "backward": lambda: mse_loss(model(x), y).backward(),
        "step": optimizer.step,
    }
    before = mse_loss(model(x), y).item()
    for _ in range(steps):
        for name in order:
            calls[name]()
    return before, mse_loss(model(x), y).item()


def with_gradients(*gradients):
    parameters = [torch.zeros(len(g), requires_grad=True) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    return parameters


def test_the_accelerator_module_names_the_device_of_any_vendor():
    """`torch.accelerator` is the general form of asking for CUDA."""
    found = torch.accelerator.current_accelerator(check_available=True)
    device = found or torch.device("cpu")
    assert isinstance(device, torch.device)
    assert torch.accelerator.is_available() == (found is not None)
    if torch.cuda.is_available():
        assert device.type == "cuda"


def test_a_module_moves_in_place_and_a_tensor_does_not():
    """`module.to` changes the module; `tensor.to` gives another tensor."""
    module, tensor = nn.Linear(2, 2), torch.ones(2)
    assert module.to("meta") is module
    assert module.weight.is_meta
    assert tensor.to("meta").is_meta
    assert not tensor.is_meta
    assert tensor.to("cpu") is tensor


def test_the_usual_rate_and_decay_are_the_defaults_of_adamw():
    """`lr=1e-3, weight_decay=0.01` says what AdamW does anyway."""
    defaults = torch.optim.AdamW(nn.Linear(1, 1).parameters()).defaults
    assert (defaults["lr"], defaults["weight_decay"]) == (1e-3, 1e-2)


def test_adamw_decays_biases_and_embedding_rows_that_were_not_looked_up():
    """A gradient of zero is enough: each step shrinks by 1 - lr * weight_decay."""
    model = nn.Sequential(nn.Embedding(3, 2), nn.Linear(2, 2))
    before = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
    (0 * model(torch.tensor([0])).sum()).backward()
    optimizer.step()
    assert_close(model[0].weight[1:], 0.99 * before[0].weight[1:])
    assert_close(model[1].bias, 0.99 * before[1].bias)


def test_adamw_leaves_parameters_without_a_gradient_alone():
    """No gradient at all is another thing than a gradient of zero."""
    used, unused = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    optimizer = torch.optim.AdamW([used, unused], lr=0.1, weight_decay=0.1)
    used.sum().backward()
    optimizer.step()
    assert unused.item() == 1.0


def test_a_parameter_group_has_a_decay_of_its_own():
    """The usual split: no decay for tensors with fewer than two dimensions."""
    model = nn.Linear(2, 2)
    groups = [
        {"params": [model.weight], "weight_decay": 0.1},
        {"params": [model.bias], "weight_decay": 0.0},
    ]
    before = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(groups, lr=0.1)
    (0 * model(torch.ones(2)).sum()).backward()
    optimizer.step()
    assert_close(model.weight, 0.99 * before.weight)
    assert_close(model.bias, before.bias)


def test_an_l2_penalty_hardly_reaches_weights_with_large_gradients():
    """Adam divides it along with the gradient; the decay of AdamW stays the same."""

    def ratio(kind):
        weight = torch.ones(2, requires_grad=True)
        optimizer = kind([weight], lr=0.01, weight_decay=0.5)
        for number in range(200):
            weight.grad = torch.tensor([1.0, 1000.0]) * (-1) ** number
            optimizer.step()
        return ((1 - weight[1]) / (1 - weight[0])).item()

    assert_close(ratio(torch.optim.AdamW), 1.0, rtol=1e-3, atol=0)
    assert ratio(torch.optim.Adam) < 0.05


def test_with_sgd_an_l2_penalty_is_a_decoupled_decay():
    """Up to a factor of the learning rate: nothing divides the gradient."""
    weight = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1, weight_decay=0.5)
    weight.grad = torch.tensor([1.0, 1000.0])
    optimizer.step()
    assert_close(weight.detach(), (1 - 0.1 * 0.5) - 0.1 * weight.grad)


def test_without_the_correction_the_first_steps_are_too_long():
    """Both averages are too small, and the root below the fraction more so."""

    def times_too_long(count):
        return (1 - 0.9**count) / (1 - 0.999**count) ** 0.5

    assert_close([times_too_long(n) for n in (1, 10)], [3.16, 6.53], rtol=1e-3, atol=0)
    assert times_too_long(500) > 1.5
    assert times_too_long(5000) < 1.01


def test_bfloat16_rounds_a_small_step_away():
    """It has 8 bits: below 1, the next number is 1/256 away."""
    weight = torch.ones(1, dtype=torch.bfloat16)
    assert (weight - 0.001).item() == 1.0
    assert (weight.float() - 0.001).item() < 1.0


def test_adamw_keeps_two_tensors_the_size_of_each_parameter():
    """And a count of the steps."""
    weight = torch.ones(3, 2, requires_grad=True)
    optimizer = torch.optim.AdamW([weight])
    weight.grad = torch.ones(3, 2)
    optimizer.step()
    sizes = {name: value.numel() for name, value in optimizer.state[weight].items()}
    assert sizes == {"step": 1, "exp_avg": 6, "exp_avg_sq": 6}


def test_a_scheduler_insists_on_an_optimizer():
    """Something with `param_groups` and `step` is not enough for it."""
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}], step=lambda: None)
    with pytest.raises(TypeError, match="not an Optimizer"):
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)


def test_cross_entropy_takes_logits_and_averages_over_the_batch():
    """It is the log softmax and the mean of the negative log likelihoods."""
    logits, targets = torch.randn(5, 3), torch.tensor([0, 2, 1, 1, 0])
    by_hand = [-logits[i].log_softmax(0)[t] for i, t in enumerate(targets)]
    assert_close(cross_entropy(logits, targets), torch.stack(by_hand).mean())


def test_softmax_before_cross_entropy_leaves_a_floor_under_the_loss():
    """A perfect prediction of three classes still costs log(e + 2) - 1."""
    perfect = torch.tensor([[1000.0, 0.0, 0.0]])
    loss = cross_entropy(perfect.softmax(1), torch.tensor([0]))
    assert_close(loss.item(), math.log(math.e + 2) - 1, rtol=0, atol=1e-6)
    assert round(loss.item(), 4) == 0.5514
    assert cross_entropy(perfect, torch.tensor([0])).item() == 0.0


@pytest.mark.parametrize(("classes", "floor"), [(3, 0.55), (10, 1.46)])
def test_a_model_that_knows_nothing_has_the_logarithm_of_the_classes(classes, floor):
    """One that is sure and right has zero, or the floor if a softmax comes first."""
    target, sure = torch.tensor([0]), 1000.0 * one_hot(torch.tensor([0]), classes)
    nothing = cross_entropy(torch.zeros(1, classes), target)
    assert_close(nothing.item(), math.log(classes))
    assert cross_entropy(sure, target).item() == 0.0
    assert round(cross_entropy(sure.softmax(1), target).item(), 2) == floor


def test_a_schedule_that_moves_first_skips_its_first_rate():
    """PyTorch warns of it, and goes on."""
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.8)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    with pytest.warns(UserWarning, match=r"before `optimizer\.step\(\)`"):
        schedule.step()
    used = [optimizer.param_groups[0]["lr"]]
    optimizer.step()
    schedule.step()
    used.append(optimizer.param_groups[0]["lr"])
    assert used == [0.4, 0.2]


def test_a_lambda_lr_saves_its_step_and_not_its_lambda():
    """Its factor for step 0 is set at once, and it asks for one more than are taken."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=1.0)
    asked = []
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: asked.append(step) or 0.5 ** (step + 1)
    )
    assert optimizer.param_groups[0]["lr"] == 0.5
    for _ in range(3):
        optimizer.step()
        schedule.step()
    assert asked == [0, 1, 2, 3]
    state = schedule.state_dict()
    assert (state["last_epoch"], state["lr_lambdas"]) == (3, [None])


def test_the_usual_order_fits_a_line():
    """Clear, backward, step."""
    _, after = fit("zero", "backward", "step", steps=200)
    assert after < 1e-3


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
def test_clearing_between_backward_and_step_trains_nothing(optimizer):
    """The optimizer finds no gradients and does nothing."""
    before, after = fit("backward", "zero", "step", optimizer=optimizer)
    assert after == before


def test_adamw_decays_weights_whose_gradients_were_cleared_to_zeros():
    """With `set_to_none=False` there still are gradients to step by."""
    model = nn.Linear(2, 1)
    before = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
    model(torch.ones(2)).backward()
    optimizer.zero_grad(set_to_none=False)
    optimizer.step()
    assert_close(model.weight, 0.99 * before.weight)


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
def test_no_optimizer_forgives_gradients_that_are_never_cleared(optimizer):
    """Neither plain descent nor AdamW gets near the fit of the right order."""
    torch.manual_seed(1)
    _, right = fit("zero", "backward", "step", optimizer=optimizer, steps=100)
    torch.manual_seed(1)
    _, wrong = fit("backward", "step", optimizer=optimizer, steps=100)
    assert wrong > 100 * right


def test_zero_grad_sets_gradients_to_none():
    """That is the default: a cleared gradient is None, not zeros."""
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.ones(2)).backward()
    optimizer.zero_grad()
    assert model.weight.grad is None
    model(torch.ones(2)).backward()
    optimizer.zero_grad(set_to_none=False)
    assert model.weight.grad.tolist() == [[0.0, 0.0]]


def test_clipping_scales_all_gradients_by_one_factor():
    """The norm is that of all gradients as one vector: the direction is kept."""
    parameters = with_gradients([3.0, 0.0], [4.0])
    norm = nn.utils.clip_grad_norm_(parameters, max_norm=1.0)
    assert norm.item() == 5.0
    assert_close(parameters[0].grad, torch.tensor([0.6, 0.0]))
    assert_close(parameters[1].grad, torch.tensor([0.8]))


def test_clipping_does_not_change_the_first_step_of_adamw():
    """AdamW divides by the gradient's own scale; later steps remember other scales."""

    def steps(*gradients):
        weight = nn.Parameter(torch.ones(2))
        optimizer = torch.optim.AdamW([weight], lr=0.1)
        for gradient in gradients:
            weight.grad = torch.tensor(gradient)
            optimizer.step()
        return weight.detach()

    assert_close(steps([30.0, 40.0]), steps([0.6, 0.8]))
    whole, clipped = steps([30.0, 40.0], [0.8, -0.6]), steps([0.6, 0.8], [0.8, -0.6])
    turned = (whole - 1)[0] * (clipped - 1)[1] - (whole - 1)[1] * (clipped - 1)[0]
    assert abs(turned) > 1e-3


def test_clipping_leaves_small_gradients_alone():
    """It bounds the norm and does not normalise."""
    (parameter,) = with_gradients([0.3, 0.4])
    nn.utils.clip_grad_norm_([parameter], max_norm=1.0)
    assert_close(parameter.grad, torch.tensor([0.3, 0.4]))


def test_one_infinite_gradient_silently_erases_all_others():
    """It becomes NaN itself, and the finite ones become zero."""
    infinite, finite = with_gradients([math.inf], [1.0, 2.0])
    norm = nn.utils.clip_grad_norm_([infinite, finite], max_norm=1.0)
    assert norm.isinf()
    assert infinite.grad.isnan().all()
    assert finite.grad.tolist() == [0.0, 0.0]


def test_error_if_nonfinite_raises_and_changes_nothing():
    """Ask for the error, and the gradients are left to look at."""
    infinite, finite = with_gradients([math.inf], [1.0, 2.0])
    with pytest.raises(RuntimeError, match="non-finite"):
        nn.utils.clip_grad_norm_([infinite, finite], 1.0, error_if_nonfinite=True)
    assert finite.grad.tolist() == [1.0, 2.0]


def test_anomaly_detection_raises_at_the_first_nan_of_the_backward_pass():
    """And says which function made it; without it, NaN goes on into the gradient."""
    x = torch.zeros(1, requires_grad=True)
    (x.sqrt() * 0).sum().backward()
    assert x.grad.isnan().all()
    with pytest.warns(UserWarning, match="Anomaly Detection"):
        context = torch.autograd.detect_anomaly()
    with context:
        loss = (x.sqrt() * 0).sum()
        with (
            pytest.warns(UserWarning, match="Traceback of forward call"),
            pytest.raises(RuntimeError, match="'SqrtBackward0' returned nan"),
        ):
            loss.backward()


def test_deterministic_algorithms_raise_where_there_is_none():
    """Asking for them finds the operations that have no such version."""
    torch.use_deterministic_algorithms(True)
    try:
        with pytest.raises(RuntimeError, match="deterministic implementation"):
            torch.zeros(2).put_(torch.tensor([0]), torch.ones(1))
    finally:
        torch.use_deterministic_algorithms(False)


def test_the_mean_of_batch_means_is_not_the_mean_over_examples():
    """A short batch counts as much as a full one; their sum is not a mean at all."""
    losses = torch.tensor([1.0, 1.0, 1.0, 1.0, 6.0])
    means = [batch.mean().item() for batch in losses.split(4)]
    assert sum(means) == 7.0
    assert sum(means) / len(means) == 3.5
    assert losses.mean().item() == 2.0


def test_a_running_loss_that_stays_a_tensor_keeps_every_graph():
    """Each addition hangs the next graph on; a number has none."""

    def nodes(function, seen):
        if function is not None and function not in seen:
            seen.add(function)
            for previous, _ in function.next_functions:
                nodes(previous, seen)
        return len(seen)

    weight, total, sizes = torch.ones(1, requires_grad=True), 0.0, []
    for _ in range(3):
        total = total + (weight * 2).sum()
        sizes.append(nodes(total.grad_fn, set()))
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize(
    ("dtype", "exact"), [(torch.float32, False), (torch.float64, True)]
)
def test_a_long_sum_loses_digits_in_single_precision_alone(dtype, exact):
    """One by one, as a loop adds up its losses."""
    loss, total = torch.tensor(0.1), torch.zeros((), dtype=dtype)
    for _ in range(50_000):
        total += loss
    error = abs(total.item() / 50_000 - loss.item()) / loss.item()
    assert (error < 1e-5) is exact


def test_modes_stay_until_they_are_changed():
    """A validation in eval mode leaves the next epoch in eval mode."""
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    model.eval()
    model(torch.ones(1, 2)).sum().backward()
    assert [part.training for part in model.modules()] == [False] * 3
    model.train()
    assert [part.training for part in model.modules()] == [True] * 3


def test_eval_mode_records_a_graph_and_no_grad_does_not():
    """Two switches: one for layers, one for autograd."""
    model = nn.Linear(2, 2).eval()
    assert model(torch.ones(2)).requires_grad
    with torch.no_grad():
        assert not model(torch.ones(2)).requires_grad


def test_a_tensor_of_inference_mode_is_of_no_use_to_autograd():
    """It can be neither saved for backward nor changed in place outside."""
    weight = torch.ones(2, requires_grad=True)
    with torch.inference_mode():
        tensor = torch.ones(2)
    with pytest.raises(RuntimeError, match="saved for backward"):
        weight * tensor
    with pytest.raises(RuntimeError, match="to inference tensor"):
        tensor.add_(1)
    with torch.no_grad():
        ordinary = torch.ones(2)
    (weight * ordinary.add_(1)).sum().backward()
    assert weight.grad.tolist() == [2.0, 2.0]


def test_comparing_and_summing_counts_right_answers():
    """A count is not an accuracy before it is divided by the number of examples."""
    logits = torch.tensor([[2.0, 1.0], [0.0, 1.0], [3.0, 0.0]])
    correct = (logits.argmax(1) == torch.tensor([0, 1, 1])).sum().item()
    assert correct == 2


def test_item_reads_one_number_from_the_device():
    """Each call is one read (`_local_scalar_dense`), for which a GPU is waited."""
    with torch.profiler.profile() as profile:
        for _ in range(3):
            torch.ones(()).item()
    counts = {event.key: event.count for event in profile.key_averages()}
    assert counts["aten::_local_scalar_dense"] == 3


def test_a_state_dict_holds_the_tensors_that_training_changes():
    """Keeping the best weights takes a copy."""
    model = nn.Linear(1, 1, bias=False)
    kept, copied = model.state_dict(), copy.deepcopy(model.state_dict())
    with torch.no_grad():
        model.weight.add_(1)
    assert_close(kept["weight"], model.weight.detach())
    assert_close(copied["weight"] + 1, model.weight.detach())


def test_batch_normalisation_sees_the_pieces_and_not_the_whole():
    """Accumulated gradients are not those of one large batch with such a layer."""
    x, whole = torch.randn(8, 2), nn.BatchNorm1d(2)
    pieces = copy.deepcopy(whole)
    together, apart = whole(x), torch.cat([pieces(half) for half in x.split(4)])
    assert not torch.allclose(together, apart, atol=1e-3)
    assert (whole.num_batches_tracked, pieces.num_batches_tracked) == (1, 2)


def test_cross_entropy_averages_over_the_targets_that_are_not_ignored():
    """So a mean over tokens is weighed by the tokens that count, not by texts."""
    logits, targets = torch.randn(4, 3), torch.tensor([0, -100, 2, -100])
    counted = cross_entropy(logits[[0, 2]], targets[[0, 2]])
    assert_close(cross_entropy(logits, targets), counted)


def test_class_weights_make_the_mean_one_over_their_sum():
    """So two batches weigh by the weights of their targets, and not by their sizes."""
    weight = torch.tensor([1.0, 10.0])
    logits, targets = torch.randn(8, 2), torch.tensor([0, 0, 0, 0, 0, 0, 1, 1])
    whole = cross_entropy(logits, targets, weight)
    parts = [
        (len(y), weight[y].sum(), cross_entropy(x, y, weight))
        for x, y in zip(logits.split(6), targets.split(6), strict=True)
    ]
    by_weight = sum(mass * loss for _, mass, loss in parts) / weight[targets].sum()
    by_size = sum(size * loss for size, _, loss in parts) / 8
    assert_close(by_weight, whole)
    assert (by_size - whole).abs() > 0.01


def test_an_average_over_ranks_needs_the_mean_number_of_examples():
    """DDP averages gradients, so the means of 6 and of 2 examples would count alike."""
    x, y, model = torch.randn(8, 2), torch.randn(8, 1), nn.Linear(2, 1)

    def gradient(loss):
        return torch.autograd.grad(loss, model.weight)[0]

    shares = list(zip(x.split(6), y.split(6), strict=True))
    sums = [gradient(mse_loss(model(a), b, reduction="sum")) for a, b in shares]
    whole = gradient(mse_loss(model(x), y))
    assert_close((sums[0] / 4 + sums[1] / 4) / 2, whole)
    assert ((sums[0] / 6 + sums[1] / 2) / 2 - whole).abs().max() > 0.01


def test_a_loop_above_the_loader_that_it_reads_does_not_run():
    """Python reads a script from the top: define data, then loaders, then the loop."""
    loop = "for batch_x, batch_y in train_loader: pass"
    loader = "train_loader = [(1, 2)]"
    with pytest.raises(NameError, match="train_loader"):
        exec(f"{loop}\n{loader}", {})
    exec(f"{loader}\n{loop}", {})


def test_the_whole_loop_learns():
    """The usual lines in the usual order solve a task of one telling token."""
    ids = torch.randint(3, 20, (96, 5))
    labels = torch.randint(3, (96,))
    ids[:, 2] = labels
    model = nn.Sequential(nn.EmbeddingBag(20, 8), nn.Linear(8, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.01)
    criterion = nn.CrossEntropyLoss()
    for _ in range(15):
        model.train()
        for x, y in zip(ids[:64].split(32), labels[:64].split(32), strict=True):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            optimizer.step()
    model.eval()
    with torch.no_grad():
        correct = (model(ids[64:]).argmax(1) == labels[64:]).sum().item()
    assert correct >= 28
