"""Near misses of data_loading/bucket_batches."""

import random

from backprep.testing import fails
from solutions.data_loading.bucket_batches import BucketBatches


def _cut(indices, size):
    return [indices[i : i + size] for i in range(0, len(indices), size)]


class _Bucketed(BucketBatches):
    """Pools of sixteen batches, as steps that each near miss does in its own way."""

    pool = 16

    def draws(self):
        self.epoch += 1
        return random.Random(f"{self.seed} {self.epoch}")

    def shuffled(self, draws):
        order = list(range(len(self.lengths)))
        draws.shuffle(order)
        return order

    def batches_of(self, order):
        batches = []
        for pool in _cut(order, self.pool * self.batch_size):
            batches += _cut(sorted(pool, key=self.lengths.__getitem__), self.batch_size)
        return batches

    def __iter__(self):
        draws = self.draws()
        batches = self.batches_of(self.shuffled(draws))
        draws.shuffle(batches)
        return iter(batches)


@fails("test_little_of_an_epoch_is_padding")
class batches_at_random(_Bucketed):
    """Nearly half of what the model computes is padding."""

    def batches_of(self, order):
        return _cut(order, self.batch_size)


@fails("test_little_of_an_epoch_is_padding")
class sorts_in_small_pools(_Bucketed):
    """Among two batches there are not enough items of like lengths: there is still
    twice as much padding as there need be."""

    pool = 2


@fails(
    "test_each_epoch_has_batches_of_its_own",
    "test_the_seed_decides_the_batches",
)
class shuffles_whole_batches_only(_Bucketed):
    """The least padding of all, and the same items meet in every epoch: their gradients
    are never mixed otherwise."""

    def shuffled(self, draws):
        order = range(len(self.lengths))
        return sorted(order, key=self.lengths.__getitem__)


@fails("test_the_order_of_batches_says_nothing_about_lengths")
class leaves_each_pool_in_order(_Bucketed):
    """Each pool goes from short to long, so the model sees lengths in waves."""

    def __iter__(self):
        return iter(self.batches_of(self.shuffled(self.draws())))


@fails("test_the_order_of_batches_says_nothing_about_lengths")
class goes_from_short_to_long(_Bucketed):
    """Every epoch ends with the longest texts, and the last steps are made for them."""

    def __iter__(self):
        batches = self.batches_of(self.shuffled(self.draws()))
        return iter(sorted(batches, key=lambda batch: self.lengths[batch[0]]))


@fails(
    "test_every_index_comes_once_an_epoch",
    "test_one_batch_alone_may_be_small",
    "test_serves_a_loader_of_any_size",
)
class drops_the_small_batch(_Bucketed):
    """Up to a batch of items is missing from each epoch."""

    def __iter__(self):
        return (batch for batch in super().__iter__() if len(batch) == self.batch_size)

    def __len__(self):
        return len(self.lengths) // self.batch_size


@fails("test_one_batch_alone_may_be_small")
class leaves_a_rest_in_each_bucket(_Bucketed):
    """With fixed ranges of lengths every range ends in a small batch, whose items count
    for more in their step."""

    def batches_of(self, order):
        buckets = {}
        for i in order:
            buckets.setdefault((self.lengths[i] - 1) // 6, []).append(i)
        return [b for bucket in buckets.values() for b in _cut(bucket, self.batch_size)]


@fails("test_one_batch_alone_may_be_small")
class rounds_the_length_down(_Bucketed):
    """A schedule that counts steps is over one step before the epoch is."""

    def __len__(self):
        return len(self.lengths) // self.batch_size


@fails("test_each_epoch_has_batches_of_its_own")
class begins_every_epoch_alike(_Bucketed):
    """The generator is made anew from the seed alone: one shuffle for the whole
    training."""

    def draws(self):
        return random.Random(self.seed)


@fails(
    "test_the_seed_decides_the_batches",
    "test_an_epoch_that_was_cut_short_moves_nothing",
    "test_nothing_else_changes",
)
class draws_from_the_global_generator(_Bucketed):
    """No run can be repeated, and each epoch changes what dropout or augmentation
    draw."""

    def draws(self):
        return random


@fails("test_an_epoch_that_was_cut_short_moves_nothing")
class draws_on_from_one_generator(_Bucketed):
    """After an epoch that was left early all later ones are others."""

    def __init__(self, lengths, batch_size, *, seed=0):
        super().__init__(lengths, batch_size, seed=seed)
        self.own = random.Random(seed)

    def __iter__(self):
        batches = self.batches_of(self.shuffled(self.own))
        while batches:
            yield batches.pop(self.own.randrange(len(batches)))


@fails("test_serves_a_loader_of_any_size")
class takes_any_batch_size(_Bucketed):
    """A negative size gives an epoch without batches, and training ends at once with no
    error."""

    def __init__(self, lengths, batch_size, *, seed=0):
        super().__init__(lengths, max(batch_size, 1), seed=seed)
