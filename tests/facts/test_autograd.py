"""What the pages of the topic Autograd say about PyTorch."""

import gc
import warnings
import weakref
from typing import ClassVar

import pytest
import torch
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode


@pytest.fixture
def x():
    return torch.tensor([1.0, 2.0, 3.0], requires_grad=True)


def nodes(tensor):
    """The nodes of the graph that `tensor` holds."""
    todo, found = [tensor.grad_fn], set()
    while todo:
        node = todo.pop()
        if node is not None and node not in found:
            found.add(node)
            todo += [parent for parent, _ in node.next_functions]
    return found


def test_the_first_example_prints_four_six_eight(x):
    """The gradient of the sum of x**2 + 2x + 1 at [1, 2, 3] is [4, 6, 8], exactly."""
    y = x**2 + 2 * x + 1
    loss = y.sum()
    loss.backward()
    assert x.grad.tolist() == [4.0, 6.0, 8.0]
    assert str(x.grad) == "tensor([4., 6., 8.])"


def test_a_tensor_of_decimals_is_a_float32_leaf(x):
    """`torch.tensor` with requires_grad=True gives a float32 leaf without a .grad."""
    assert (x.dtype, x.is_leaf, x.grad_fn, x.grad) == (torch.float32, True, None, None)


def test_a_converted_tensor_is_no_leaf():
    """A recorded conversion or copy makes a result, and its .grad stays empty."""
    marked = torch.ones(2, requires_grad=True)
    for moved in (marked.double(), marked.to("meta")):
        assert not moved.is_leaf
    assert marked.to("cpu") is marked
    assert torch.ones(2).double().requires_grad_().is_leaf


def test_integers_cannot_require_a_gradient():
    """Only floating point and complex tensors can."""
    for dtype in (torch.int64, torch.bool):
        with pytest.raises(RuntimeError, match="floating point and complex"):
            torch.tensor([1, 2], dtype=dtype, requires_grad=True)
    assert torch.tensor([1j], requires_grad=True).requires_grad


def test_operations_are_recorded_as_they_run(x):
    """The result of an operation requires grad, has a grad_fn and is not a leaf."""
    y = x**2 + 2 * x + 1
    assert y.requires_grad
    assert not y.is_leaf
    assert y.grad_fn.name() == "AddBackward0"
    names = {node.name() for node in nodes(y)}
    assert {"PowBackward0", "MulBackward0"} <= names


def test_backward_starts_from_a_scalar(x):
    """More than one element needs the argument `gradient`."""
    with pytest.raises(RuntimeError, match="only for scalar outputs"):
        (x**2).backward()


def test_backward_with_a_vector_gives_its_product_with_the_jacobian(x):
    """`sum()` is the choice of ones for the vector."""
    matrix, v = torch.randn(2, 3), torch.tensor([3.0, -1.0])
    (matrix @ x).backward(gradient=v)
    assert_close(x.grad, v @ matrix)
    (by_ones,) = torch.autograd.grad(matrix @ x, x, torch.ones(2))
    assert_close(by_ones, torch.autograd.grad((matrix @ x).sum(), x)[0])


def test_backward_adds_to_what_is_there(x):
    """A second pass doubles the gradient; it returns nothing either time."""
    assert (x**2).sum().backward() is None
    (x**2).sum().backward()
    assert x.grad.tolist() == [4.0, 8.0, 12.0]


def test_a_tensor_used_twice_gets_the_sum_of_both_gradients(x):
    """Within one pass, adding is the chain rule."""
    (x * 5 + x * 2).sum().backward()
    assert x.grad.tolist() == [7.0, 7.0, 7.0]


def test_grad_returns_and_adds_to_nothing(x):
    """`torch.autograd.grad` gives a tuple, and leaves every .grad alone."""
    result = torch.autograd.grad((x**2).sum(), x)
    assert type(result) is tuple
    assert x.grad is None


def test_unused_inputs_need_allow_unused(x):
    """Without it, an input that the output does not use is an error; with it, None."""
    other = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="not have been used"):
        torch.autograd.grad(other.sum(), x)
    assert torch.autograd.grad(other.sum(), x, allow_unused=True) == (None,)


def test_a_second_backward_fails_where_something_was_saved(x):
    """The first frees that, unless told to retain; a sum of x + 1 saves nothing."""
    square, shifted = (x * x).sum(), (x + 1).sum()
    square.backward(retain_graph=True)
    square.backward()
    with pytest.raises(RuntimeError, match="second time"):
        square.backward()
    shifted.backward()
    shifted.backward()


def test_detach_shares_memory_and_has_no_history(x):
    """It cuts one tensor off, and copies nothing."""
    cut = (2 * x).detach()
    assert not cut.requires_grad
    assert cut.is_leaf
    assert x.detach().data_ptr() == x.data_ptr()
    x.detach().requires_grad_()
    assert x.is_leaf


def test_no_grad_stops_the_recording_and_enable_grad_resumes_it(x):
    """Marking a tensor inside `no_grad` is not enough to have it recorded."""
    with torch.no_grad():
        assert (x * 2).grad_fn is None
        with torch.enable_grad():
            assert (x * 2).grad_fn is not None


def test_a_leaf_cannot_be_changed_in_place_while_recording(x):
    """`w -= ...` raises outside `no_grad`, and keeps the leaf inside."""
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        x -= 1
    with torch.no_grad():
        x -= 1
    assert x.is_leaf
    assert x.tolist() == [0.0, 1.0, 2.0]


def test_a_copy_of_a_leaf_can_be_changed_in_place(x):
    """The gradient flows through the copy, and the leaf keeps its values."""
    x.clone().mul_(2).sum().backward()
    assert x.tolist() == [1.0, 2.0, 3.0]
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


def test_an_update_by_assignment_gives_a_result_and_no_leaf():
    """Its .grad reads None, with a warning; backward fills that of the first leaf."""
    first = w = torch.tensor(1.0, requires_grad=True)
    w = w - 0.1 * 2
    (w**2).backward()
    assert not w.is_leaf
    with pytest.warns(UserWarning, match="not a leaf"):
        assert w.grad is None
    assert_close(first.grad, torch.tensor(1.6))


def test_updates_through_the_graph_make_it_longer():
    """The graph of the last step reaches back to the first."""
    w = torch.tensor(1.0, requires_grad=True)
    sizes = []
    for _ in range(5):
        sizes.append(len(nodes(w**2)))
        w = w - 0.1
    assert sizes == [2, 3, 4, 5, 6]


def test_a_kept_loss_keeps_its_nodes_but_not_what_was_saved(x):
    """`backward` frees the saved tensors; the nodes live as long as the loss."""
    loss = (x * x).sum()
    product = loss.grad_fn.next_functions[0][0]
    assert product._saved_self is not None
    loss.backward()
    assert len(nodes(loss)) == 3
    with pytest.raises(RuntimeError, match="freed"):
        product._saved_self  # noqa: B018


def test_a_loss_that_never_went_backward_keeps_what_was_saved(x):
    """A running total of loss tensors holds all graphs; one of floats holds none."""
    total, number = torch.zeros(()), 0.0
    for _ in range(3):
        loss = (x * x).sum()
        total, number = total + loss, number + loss.item()
    products = [n for n in nodes(total) if n.name() == "MulBackward0"]
    assert [n._saved_self.tolist() for n in products] == [[1.0, 2.0, 3.0]] * 3
    assert type(number) is float
    assert loss.detach().grad_fn is None


def test_an_edit_through_data_gives_a_wrong_gradient_in_silence():
    """The gradient of w*w at 1 is 2; after the edit it comes out as 20."""
    w = torch.tensor(1.0, requires_grad=True)
    loss = w * w
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        w.data.mul_(10)
        loss.backward()
    assert w.grad.item() == 20.0


def test_the_same_edit_under_no_grad_is_noticed():
    """Each change in place counts up a version that `backward` compares."""
    w = torch.tensor(1.0, requires_grad=True)
    loss = w * w
    with torch.no_grad():
        w.mul_(10)
    assert w._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_second_derivatives_need_create_graph(x):
    """Without it the gradient has no graph to differentiate."""
    (flat,) = torch.autograd.grad((x**3).sum(), x)
    assert not flat.requires_grad
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    assert second.tolist() == [6.0, 12.0, 18.0]


def test_func_grad_wants_a_scalar_and_composes(x):
    """`torch.func.grad` works on functions, nests, maps, and leaves .grad alone."""
    cube = torch.func.grad(lambda t: t**3)
    assert_close(torch.func.vmap(torch.func.grad(cube))(x.detach()), 6 * x.detach())
    torch.func.grad(lambda t: (t**2).sum())(x)
    assert x.grad is None
    with pytest.raises(RuntimeError, match="scalar"):
        torch.func.grad(lambda t: t**2)(x)


def test_func_grad_keeps_the_graph_of_what_the_function_uses(x):
    """It records in any gradient mode, and its result is not cut off from `x`."""
    result = torch.func.grad(lambda t: (t * x).sum())(torch.ones(3))
    assert result.requires_grad
    for off in (torch.no_grad, torch.inference_mode):
        with off():
            assert torch.func.grad(lambda t: (t**2).sum())(x).tolist() == [2, 4, 6]


def test_enable_grad_does_not_end_inference_mode():
    """Nothing is recorded there; `inference_mode(False)` ends it for its block."""
    with torch.inference_mode():
        with torch.enable_grad():
            assert not (torch.ones(2).requires_grad_() * 2).requires_grad
        with torch.inference_mode(False), torch.enable_grad():
            assert (torch.ones(2).requires_grad_() * 2).requires_grad
        inside = torch.ones(2)
    with pytest.raises(RuntimeError, match="inference tensor outside"):
        inside.requires_grad_()
    assert inside.clone().requires_grad_().requires_grad


def test_summing_takes_a_step_longer_than_the_mean_by_the_number_of_points(x):
    """So a learning rate that suits the sum depends on the size of the data."""
    (by_sum,) = torch.autograd.grad((x**2).sum(), x)
    (by_mean,) = torch.autograd.grad((x**2).mean(), x)
    assert_close(by_sum, by_mean * 3)


def test_a_result_in_between_keeps_its_gradient_only_on_request(x):
    """Its .grad is None, with a warning; `retain_grad` or `grad` give it."""
    y = x * x
    y.sum().backward(retain_graph=True)
    with pytest.warns(UserWarning, match="not a leaf"):
        assert y.grad is None
    assert torch.autograd.grad(y.sum(), y)[0].tolist() == [1.0, 1.0, 1.0]
    y.retain_grad()
    y.sum().backward()
    assert y.grad.tolist() == [1.0, 1.0, 1.0]


def test_to_retain_a_graph_holds_for_one_pass(x):
    """The next pass frees it, unless it says so again."""
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    with pytest.raises(RuntimeError, match="second time"):
        loss.backward()
    assert x.grad.tolist() == [4.0, 8.0, 12.0]


@pytest.mark.parametrize("options", [{"momentum": 0.9}, {"weight_decay": 0.1}])
def test_an_optimizer_skips_none_and_still_moves_on_zeros(x, options):
    """Momentum and weight decay act on a gradient of zeros, and not on none."""
    optimizer = torch.optim.SGD([x], lr=0.1, **options)
    x.grad = torch.ones(3)
    optimizer.step()
    before = x.tolist()
    optimizer.zero_grad()
    optimizer.step()
    assert x.tolist() == before
    x.grad = torch.zeros(3)
    optimizer.step()
    assert x.tolist() != before


def test_an_edit_through_data_is_not_counted():
    """`backward` compares versions, and this one stays what it was."""
    w = torch.tensor(1.0, requires_grad=True)
    w.data.mul_(10)
    assert (w.item(), w._version) == (10.0, 0)


def test_two_losses_over_one_graph_need_it_retained(x):
    """Or one pass from their sum, which leaves the same gradient."""
    shared = x * x
    shared.sum().backward(retain_graph=True)
    shared.mean().backward()
    by_two, x.grad = x.grad, None
    shared = x * x
    (shared.sum() + shared.mean()).backward()
    assert_close(x.grad, by_two)


class Additions(TorchDispatchMode):
    """Counts the additions, in place or not."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        packet = function.overloadpacket
        self.count += packet in (torch.ops.aten.add, torch.ops.aten.add_)
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize(("present", "count"), [(None, 0), (torch.zeros(3), 1)])
def test_a_pass_writes_where_there_is_no_gradient_and_adds_to_zeros(x, present, count):
    """So a gradient of zeros costs an addition, and None does not."""
    x.grad = present
    loss = (2 * x).sum()
    with Additions() as additions:
        loss.backward()
    assert additions.count == count
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


class OnCtx(torch.autograd.Function):
    """A square that keeps its output on `ctx`."""

    @staticmethod
    def forward(ctx, x):
        ctx.result = x * x
        return ctx.result

    @staticmethod
    def backward(ctx, grad):
        return grad


class Saved(torch.autograd.Function):
    """A square that saves its output."""

    @staticmethod
    def forward(ctx, x):
        result = x * x
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad):
        return grad


def test_an_output_kept_on_ctx_is_a_reference_cycle(x):
    """It outlives its last name until the garbage collector runs; a saved one dies."""
    gc.disable()
    try:
        kept, saved = OnCtx.apply(x), Saved.apply(x)
        alive = [weakref.ref(kept.grad_fn), weakref.ref(saved.grad_fn)]
        del kept, saved
        assert [ref() is not None for ref in alive] == [True, False]
        gc.collect()
        assert alive[0]() is None
    finally:
        gc.enable()


def test_gradcheck_fails_in_single_precision_for_a_right_derivative():
    """Differences at a step of 1e-6 are rounding errors in float32."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        single = torch.randn(4, requires_grad=True)
        assert not torch.autograd.gradcheck(torch.sin, single, raise_exception=False)
    assert torch.autograd.gradcheck(
        torch.sin, single.detach().double().requires_grad_()
    )


class ByHand(torch.autograd.Function):
    """A square in the form that `torch.func` takes."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


def test_func_takes_functions_with_a_context_set_up_apart(x):
    """`grad` and `vmap` refuse the form in which `forward` takes `ctx`."""
    slopes = torch.func.vmap(torch.func.grad(ByHand.apply))(x.detach())
    assert slopes.tolist() == [2.0, 4.0, 6.0]
    with pytest.raises(RuntimeError, match="setup_context"):
        torch.func.grad(lambda t: Saved.apply(t).sum())(x.detach())


class InSingle(torch.autograd.Function):
    """Notes the dtype of a product in its backward pass."""

    seen: ClassVar = []

    @staticmethod
    @torch.amp.custom_fwd(device_type="cpu", cast_inputs=torch.float32)
    def forward(ctx, x):
        ctx.save_for_backward(x)
        InSingle.seen.append((x @ x).dtype)
        return x @ x

    @staticmethod
    @torch.amp.custom_bwd(device_type="cpu")
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        InSingle.seen.append((x @ x).dtype)
        return grad @ x


def test_custom_fwd_and_custom_bwd_run_in_the_same_precision():
    """Both without autocast, although each was called under it."""
    square = torch.ones(2, 2, requires_grad=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert (square @ square).dtype == torch.bfloat16
        InSingle.apply(square).sum().backward()
    assert InSingle.seen == [torch.float32] * 2


def test_a_relu_network_is_not_curved_in_its_input_and_is_in_its_weights():
    """It is linear in pieces, and weights of different layers multiply each other."""
    first, second, x = torch.randn(4, 2), torch.randn(4), torch.randn(2)

    def output(first, second, x):
        return second @ (first @ x).relu()

    assert not torch.func.hessian(output, argnums=2)(first, second, x).any()
    blocks = torch.func.hessian(output, argnums=(0, 1))(first, second, x)
    assert not blocks[0][0].any()
    assert blocks[0][1].any()


def test_the_gauss_newton_product_is_a_jvp_a_product_and_a_vjp(x):
    """It equals the Hessian's for a model that is linear in its parameters."""
    matrix, v = torch.randn(4, 3), torch.tensor([1.0, -2.0, 0.5])
    x = x.detach()

    def loss(t):
        return (matrix @ t).exp().sum()

    outputs, along = torch.func.jvp(lambda t: matrix @ t, (x,), (v,))
    (product,) = torch.func.vjp(lambda t: matrix @ t, x)[1](outputs.exp() * along)
    assert_close(product, torch.func.hessian(loss)(x) @ v, rtol=1e-4, atol=1e-4)


@pytest.fixture
def examples():
    return torch.randn(4, 3), torch.randn(4, 2)


def loss_of_one(model):
    def loss(weights, x, y):
        out = torch.func.functional_call(model, weights, (x[None],))
        return torch.nn.functional.mse_loss(out, y[None])

    return loss


def test_vmap_refuses_randomness_unless_told():
    """By default an error; "same" draws once for all, "different" once for each."""
    ones = torch.ones(4, 64)
    drop = torch.nn.Dropout(0.5)
    with pytest.raises(RuntimeError, match="randomness"):
        torch.func.vmap(drop)(ones)
    for randomness, masks in (("same", 1), ("different", 4)):
        rows = torch.func.vmap(drop, randomness=randomness)(ones)
        assert len({tuple(row) for row in rows.tolist()}) == masks


def test_grad_obeys_no_grad_inside_and_not_around_it(x):
    """Around it, `no_grad` keeps the result from holding a graph."""
    cube = torch.func.grad(lambda t: (t**3).sum())
    assert cube(x).requires_grad
    with torch.no_grad():
        assert cube(x).tolist() == [3.0, 12.0, 27.0]
        assert not cube(x).requires_grad
    still = torch.func.grad(torch.no_grad()(lambda t: (t**3).sum()))
    assert still(x.detach()).tolist() == [0.0, 0.0, 0.0]


def test_vmap_in_chunks_gives_the_same(examples):
    """`chunk_size` bounds how many examples are worked on at a time."""
    weight = {"weight": torch.randn(2, 3), "bias": torch.randn(2)}
    loss = torch.func.grad(loss_of_one(torch.nn.Linear(3, 2)))
    whole = torch.func.vmap(loss, (None, 0, 0))(weight, *examples)
    chunks = torch.func.vmap(loss, (None, 0, 0), chunk_size=3)(weight, *examples)
    assert_close(chunks, whole)


def test_vmap_refuses_what_depends_on_one_examples_values(x):
    """`item()`, a branch on a value, a shape that values decide."""
    x = x.detach()
    for f in (
        lambda t: t.item(),
        lambda t: t if t > 1 else -t,
        lambda t: t[None].nonzero(),
    ):
        with pytest.raises(RuntimeError, match="vmap"):
            torch.func.vmap(f)(x)


def test_batch_norm_in_training_mode_cannot_be_mapped(examples):
    """It would write running statistics that the examples share."""
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    weights = {name: p.detach() for name, p in model.named_parameters()}
    gradients = torch.func.vmap(torch.func.grad(loss_of_one(model)), (None, 0, 0))
    with pytest.raises(RuntimeError, match="in-place"):
        gradients(weights, *examples)
    model.eval()
    assert gradients(weights, *examples)["0.weight"].shape == (4, 2, 3)


def test_a_linear_layers_gradients_are_outer_products(examples):
    """Of its inputs and the gradients of its outputs; so norms need no gradients."""
    (x, y), layer = examples, torch.nn.Linear(3, 2)
    out = layer(x)
    losses = ((out - y) ** 2).mean(1)
    (deltas,) = torch.autograd.grad(losses.sum(), out)
    by_hand = torch.einsum("no,ni->noi", deltas, x)
    weights = {name: p.detach() for name, p in layer.named_parameters()}
    gradients = torch.func.vmap(torch.func.grad(loss_of_one(layer)), (None, 0, 0))
    assert_close(by_hand, gradients(weights, x, y)["weight"])
    assert_close(by_hand.flatten(1).norm(dim=1), deltas.norm(dim=1) * x.norm(dim=1))
