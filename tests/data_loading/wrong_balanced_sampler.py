"""Near misses of data_loading/balanced_sampler."""

from collections import Counter

import torch
from torch.utils.data import WeightedRandomSampler

from backprep.testing import fails
from solutions.data_loading.balanced_sampler import example_weights


def _checked(labels, shares):
    """The count of each class, and its share."""
    counts = Counter(torch.as_tensor(labels).tolist())
    shares = dict.fromkeys(counts, 1) if shares is None else shares
    if not counts or shares.keys() != counts.keys():
        raise ValueError("each class needs a share")
    if min(shares.values()) < 0 or sum(shares.values()) == 0:
        raise ValueError("shares must not be negative, and not all of them 0")
    return counts, shares


def _normalised(weights):
    weights = torch.tensor(weights, dtype=torch.float64)
    return weights / weights.sum()


def _sampler(labels, weights, num_samples, generator, **options):
    size = len(labels) if num_samples is None else num_samples
    return WeightedRandomSampler(weights.tolist(), size, generator=generator, **options)


@fails(
    "test_the_weights_of_each_class_add_up_to_the_same",
    "test_any_integers_name_classes",
    "test_classes_are_drawn_in_proportion_to_their_shares",
    "test_draws_each_example_as_often_as_it_weighs",
)
class weighs_classes:
    """The sampler never yields more than the first few indices: it takes the weight of
    class 2 for that of example 2."""

    def example_weights(labels, shares=None):
        counts, shares = _checked(labels, shares)
        return _normalised([shares[c] / counts[c] for c in sorted(counts)])

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        counts, shares = _checked(labels, shares)
        weights = _normalised([shares[c] / counts[c] for c in sorted(counts)])
        return _sampler(labels, weights, num_samples, generator)


@fails(
    "test_the_weights_of_each_class_add_up_to_the_same",
    "test_any_integers_name_classes",
    "test_classes_are_drawn_in_proportion_to_their_shares",
    "test_draws_each_example_as_often_as_it_weighs",
    "test_an_epoch_is_as_long_as_was_asked",
)
class weighs_by_the_counts:
    """Frequent classes become more frequent still."""

    def example_weights(labels, shares=None):
        counts, shares = _checked(labels, shares)
        names = torch.as_tensor(labels).tolist()
        return _normalised([shares[name] * counts[name] for name in names])

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        counts, shares = _checked(labels, shares)
        names = torch.as_tensor(labels).tolist()
        weights = _normalised([shares[name] * counts[name] for name in names])
        return _sampler(labels, weights, num_samples, generator)


@fails(
    "test_any_integers_name_classes",
    "test_classes_are_drawn_in_proportion_to_their_shares",
    "test_draws_each_example_as_often_as_it_weighs",
)
class gives_each_example_the_whole_share:
    """A class of five examples is drawn five times as often as its share says."""

    def example_weights(labels, shares=None):
        if shares is None:
            return example_weights(labels)
        _checked(labels, shares)
        return _normalised([shares[name] for name in torch.as_tensor(labels).tolist()])

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        if shares is None:
            weights = example_weights(labels)
        else:
            _checked(labels, shares)
            names = torch.as_tensor(labels).tolist()
            weights = _normalised([shares[name] for name in names])
        return _sampler(labels, weights, num_samples, generator)


@fails("test_any_integers_name_classes")
class takes_a_label_for_a_position:
    """A class that is called 5 gets the count of another one, or none."""

    def example_weights(labels, shares=None):
        labels = torch.as_tensor(labels)
        counts, shares = _checked(labels, shares)
        inverse = [shares[name] / counts[name] for name in sorted(counts)]
        return _normalised(inverse)[labels] / _normalised(inverse)[labels].sum()


@fails(
    "test_the_weights_of_each_class_add_up_to_the_same",
    "test_the_weights_are_probabilities_in_double_precision",
    "test_any_integers_name_classes",
    "test_classes_are_drawn_in_proportion_to_their_shares",
)
class leaves_the_weights_unnormalised:
    """The draws are the same; as probabilities they add up to the number of classes."""

    def example_weights(labels, shares=None):
        counts, shares = _checked(labels, shares)
        names = torch.as_tensor(labels).tolist()
        weights = [shares[name] / counts[name] for name in names]
        return torch.tensor(weights, dtype=torch.float64)


@fails("test_the_weights_are_probabilities_in_double_precision")
class weighs_in_single_precision:
    """Of a million weights the sum is no longer 1 in the digits that count."""

    def example_weights(labels, shares=None):
        return example_weights(labels, shares).float()


@fails("test_refuses_shares_that_cannot_be_met")
class lets_a_share_be_missing:
    """A class that was forgotten gets a share that nobody chose: here, none at all."""

    def example_weights(labels, shares=None):
        if shares is None:
            return example_weights(labels)
        names = set(torch.as_tensor(labels).tolist())
        return example_weights(labels, {name: shares.get(name, 0) for name in names})

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        names = set(torch.as_tensor(labels).tolist())
        if shares is not None:
            shares = {name: shares.get(name, 0) for name in names}
        weights = example_weights(labels, shares)
        return _sampler(labels, weights, num_samples, generator)


@fails("test_refuses_shares_that_cannot_be_met")
class overlooks_a_class_with_nothing_to_draw:
    """Shares that name a class that is not there were made for other data."""

    def example_weights(labels, shares=None):
        return example_weights(labels, _occurring(labels, shares))

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        weights = example_weights(labels, _occurring(labels, shares))
        return _sampler(labels, weights, num_samples, generator)


def _occurring(labels, shares):
    names = set(torch.as_tensor(labels).tolist())
    return shares and {c: s for c, s in shares.items() if s != 0 or c in names}


@fails(
    "test_draws_each_example_as_often_as_it_weighs",
    "test_an_epoch_is_as_long_as_was_asked",
    "test_each_epoch_draws_anew",
    "test_all_randomness_is_the_generators",
)
class draws_without_replacement:
    """Every example comes once, so an epoch is as unbalanced as the data."""

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        weights = example_weights(labels, shares)
        return _sampler(labels, weights, num_samples, generator, replacement=False)


@fails("test_an_epoch_is_as_long_as_was_asked")
class makes_the_epoch_as_long_as_the_classes_need:
    """Each class comes as often as the largest one is large. Schedules that count steps
    have another length than was planned."""

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        counts, _ = _checked(labels, shares)
        size = max(counts.values()) * len(counts)
        weights = example_weights(labels, shares)
        return _sampler(labels, weights, num_samples or size, generator)


@fails("test_each_epoch_draws_anew")
class draws_once_for_all:
    """The same few examples of the large class are all that the model ever sees."""

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        weights = example_weights(labels, shares)
        drawn = list(_sampler(labels, weights, num_samples, generator))
        return _Fixed(drawn)


class _Fixed(torch.utils.data.Sampler):
    def __init__(self, drawn):
        self.drawn = drawn

    def __len__(self):
        return len(self.drawn)

    def __iter__(self):
        return iter(self.drawn)


@fails("test_all_randomness_is_the_generators")
class forgets_the_generator:
    """Two runs with the same seed draw different batches as soon as one of them draws
    anything else."""

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        weights = example_weights(labels, shares)
        return _sampler(labels, weights, num_samples, None)
