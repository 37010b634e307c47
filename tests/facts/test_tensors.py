"""What the pages of the topic Tensors say about PyTorch."""

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
