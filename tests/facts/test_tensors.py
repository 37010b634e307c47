"""What the pages of the topic Tensors say about PyTorch."""

import numpy
import pytest
import torch
from torch.testing import assert_close


def test_softmax_is_nan_where_everything_is_hidden():
    assert torch.softmax(torch.full((3,), -torch.inf), 0).isnan().all()


def test_the_logarithm_of_a_softmax_underflows_before_log_softmax_does():
    logits = torch.tensor([0.0, 200.0])
    assert logits.softmax(0).log()[0] == -torch.inf
    assert logits.log_softmax(0)[0] == -200


def test_the_maximum_of_a_softmax_may_be_detached():
    x = torch.randn(5, dtype=torch.float64, requires_grad=True)
    weights = torch.arange(5.0, dtype=torch.float64)
    gradients = []
    for highest in (x.amax(), x.amax().detach()):
        exps = (x - highest).exp()
        loss = (exps / exps.sum() * weights).sum()
        gradients += torch.autograd.grad(loss, x)
    assert_close(*gradients)


def test_the_lowest_finite_number_hides_nothing_where_all_is_hidden():
    lowest = torch.finfo(torch.float32).min
    assert torch.full((4,), lowest).softmax(0).tolist() == [0.25] * 4


def test_the_best_prediction_for_a_loss_over_all_pairs_is_the_mean():
    targets = torch.tensor([0.0, 3.0, 6.0])
    predictions = torch.full((3, 1), 3.0, requires_grad=True)
    loss = ((predictions - targets) ** 2).mean()
    loss.backward()
    assert predictions.grad.tolist() == [[0.0]] * 3
    assert loss == targets.var(correction=0)


def test_mse_loss_warns_of_a_column_and_a_row():
    with pytest.warns(UserWarning, match="size"):
        torch.nn.functional.mse_loss(torch.ones(3, 1), torch.ones(3))


def test_broadcasting_reads_with_a_stride_of_zero():
    row, _ = torch.broadcast_tensors(torch.ones(3), torch.ones(4, 1))
    assert row.shape == (4, 3)
    assert row.stride() == (0, 1)


def test_a_padding_mask_is_mistaken_where_batch_and_length_are_equal():
    mask = torch.tensor([[0.0, 1.0], [0.0, 0.0]])
    scores = torch.zeros(2, 1, 2, 2)
    right, wrong = scores + mask[:, None, None, :], scores + mask
    assert right[0, 0].tolist() == [[0, 1], [0, 1]]
    assert wrong[0, 0].tolist() == wrong[1, 0].tolist() == [[0, 1], [0, 0]]


def test_a_row_keeps_the_whole_storage_alive():
    row = torch.zeros(10, 10)[3]
    assert row.untyped_storage().nbytes() == 400
    assert row.clone().untyped_storage().nbytes() == 40


def test_a_view_of_a_leaf_cannot_be_changed_in_place():
    leaf = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf"):
        leaf[:2].mul_(2)


def test_a_change_of_a_view_is_in_the_history_of_its_base():
    leaf = torch.ones(3, requires_grad=True)
    base = leaf * 1
    base[:2].mul_(5)
    base.sum().backward()
    assert leaf.grad.tolist() == [5, 5, 1]


def test_gather_reads_only_as_far_as_its_index_goes():
    picked = torch.arange(6).reshape(3, 2).gather(1, torch.tensor([[1]]))
    assert picked.tolist() == [[1]]


def test_sums_of_ones_in_bfloat16_stop_at_256():
    zeros, ones = (f(1000, dtype=torch.bfloat16) for f in (torch.zeros, torch.ones))
    assert zeros.index_add(0, torch.zeros(1000).long(), ones)[0] == 256


def test_the_operations_do_not_agree_about_minus_one():
    last = torch.tensor([-1])
    assert torch.arange(3)[last] == 2
    with pytest.raises(RuntimeError):
        torch.arange(3).gather(0, last)
    with pytest.raises(IndexError):
        torch.zeros(3).index_add(0, last, torch.ones(1))


def test_float32_has_no_digits_left_for_small_distances_far_away():
    a = torch.tensor([[1000.0, 1000.0], [1000.2, 1000.0]])
    lengths = a.square().sum(1)
    squares = lengths[:, None] + lengths - 2 * a @ a.T
    assert abs(squares[0, 1] - 0.04) > 0.02


def test_a_clamp_before_the_root_leaves_the_gradient_nan():
    x = torch.zeros(1, requires_grad=True)
    x.square().clamp(min=0).sqrt().backward()
    assert x.grad.isnan()


def test_the_square_of_a_distance_of_unit_vectors_is_in_its_cosine():
    a, b = torch.nn.functional.normalize(torch.randn(2, 5), dim=1)
    assert_close((a - b).square().sum(), 2 - 2 * a @ b)


def test_numpy_brings_float64_into_elementwise_operations():
    weights = torch.from_numpy(numpy.ones(3))
    assert (torch.ones(3) * weights).dtype == torch.float64
    with pytest.raises(RuntimeError, match="dtype"):
        torch.nn.Linear(3, 1)(weights)


def test_the_remainder_has_the_sign_of_the_divisor_and_fmod_that_of_the_number():
    a, b = torch.tensor([-7]), 2
    assert (a // b) * b + a % b == a
    assert a % b == 1
    assert torch.fmod(a, b) == -1


def test_a_count_in_uint8_wraps_at_256():
    count = torch.tensor(255, dtype=torch.uint8)
    count += torch.tensor([True, True]).sum()
    assert count == 1
