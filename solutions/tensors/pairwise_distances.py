"""One matrix product in place of all differences.

|a - b|² is |a|² + |b|² - 2ab, and the last term for all pairs is a product. Moving the
points to the origin saves digits, and the root is kept away from what is not above 0.
"""

from torch import Tensor


def pairwise_distances(a: Tensor, b: Tensor) -> Tensor:
    """The distances between the rows: (n, d) and (m, d) to (n, m)."""
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise ValueError(f"(n, d), (m, d) wanted, not {[*a.shape]} and {[*b.shape]}")
    centre = a.detach().mean(dim=0)
    a, b = a - centre, b - centre
    squares = a.square().sum(1, keepdim=True) + b.square().sum(1) - 2 * a @ b.T
    apart = squares > 0
    return squares.where(apart, 1).sqrt().where(apart, 0)
