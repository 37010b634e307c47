"""Near misses of tensors/pairwise_distances."""

import torch

from backprep.testing import fails


def _moved(a, b):
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise ValueError(f"{tuple(a.shape)} and {tuple(b.shape)}")
    centre = a.detach().mean(dim=0)
    return a - centre, b - centre


def _squares(a, b):
    return a.square().sum(1, keepdim=True) + b.square().sum(1) - 2 * a @ b.T


def _root(squares):
    apart = squares > 0
    return squares.where(apart, 1).sqrt().where(apart, 0)


@fails("test_makes_nothing_larger_than_the_result")
def subtracts_all_pairs(a, b):
    """For 10,000 points and as many with 512 features, 200 GB in float32."""
    a, b = _moved(a, b)
    return _root((a[:, None] - b).square().sum(dim=2))


@fails("test_works_on_all_pairs_at_once")
def adds_feature_by_feature(a, b):
    """No cube at once, but autograd saves a slice of it in each round."""
    a, b = _moved(a, b)
    return _root(sum((p[:, None] - q).square() for p, q in zip(a.T, b.T, strict=True)))


@fails("test_rounding_makes_no_distance_nan", "test_points_that_coincide_give_no_nan")
def takes_the_root_of_what_comes(a, b):
    """A square of -1e-7 has no root, and the point's own distance is NaN."""
    return _squares(*_moved(a, b)).sqrt()


@fails("test_points_that_coincide_give_no_nan")
def clamps_before_the_root(a, b):
    """The distances are right, and the gradient is NaN where one of them is 0."""
    return _squares(*_moved(a, b)).clamp(min=0).sqrt()


@fails("test_points_far_from_the_origin_keep_their_digits")
def leaves_the_points_where_they_are(a, b):
    """The squared lengths fill all digits, and the distances are noise."""
    _moved(a, b)
    return _root(_squares(a, b))


@fails(
    "test_gives_the_distance_of_each_pair",
    "test_points_far_from_the_origin_keep_their_digits",
    "test_the_gradient_reaches_both_sets",
    "test_points_that_coincide_give_no_nan",
)
def forgets_the_root(a, b):
    """Good enough for the nearest neighbour, and no distance."""
    return _squares(*_moved(a, b)).clamp(min=0)


@fails("test_the_gradient_reaches_both_sets")
def learns_on_one_side_only(a, b):
    """The centres of the clusters stay where they are."""
    a, b = _moved(a, b.detach())
    return _root(_squares(a, b))


@fails("test_does_not_call_what_it_stands_for")
def calls_cdist(a, b):
    """It is right, and says nothing of why."""
    _moved(a, b)
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


@fails("test_refuses_sets_that_do_not_fit")
def leaves_shapes_to_the_product(a, b):
    """Too many dimensions go through, and the error speaks of other shapes."""
    centre = a.detach().mean(dim=0)
    a, b = a - centre, b - centre
    squares = a.square().sum(-1, keepdim=True) + b.square().sum(-1)
    return _root(squares - 2 * a @ b.mT)


@fails("test_the_gradient_reaches_both_sets", "test_leaves_both_sets_alone")
def works_in_single_precision(a, b):
    """Half of the digits of float64 are gone, and so is its dtype."""
    a, b = _moved(a, b)
    return _root(_squares(a.float(), b.float()))
