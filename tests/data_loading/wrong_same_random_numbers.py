"""Near misses of data_loading/same_random_numbers."""

import torch
from torch.utils.data import DataLoader, Dataset

from backprep.testing import fails


@fails(
    "test_workers_give_what_the_main_process_gives",
    "test_a_loader_with_workers_sees_each_epoch",
    "test_noise_does_not_depend_on_what_happened_before",
    "test_adds_normal_noise_of_the_given_size",
    "test_the_data_stay_as_they_are",
    "test_leaves_the_global_generators_alone",
)
class mends_nothing(Dataset):
    """All workers draw the same numbers, again in each epoch, and the data drift
    away."""

    def __init__(self, data, std=0.1, seed=0):
        self.data = data
        self.std = std
        self.seed = seed
        self.epoch = 0

    def __len__(self):
        return len(self.data)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __getitem__(self, i):
        item = self.data[i]
        item += self.std * torch.randn(item.shape, dtype=item.dtype)
        return item

    def start_worker(self, worker_id):
        torch.manual_seed(self.seed)

    def loader(self, batch_size, num_workers=0):
        torch.manual_seed(self.seed)
        return DataLoader(
            self,
            batch_size,
            num_workers=num_workers,
            worker_init_fn=self.start_worker,
        )


class _Mended(Dataset):
    """All bugs mended; each near miss below leaves one of them, or makes another
    one."""

    def __init__(self, data, std=0.1, seed=0):
        self.data = data
        self.std = std
        self.seed = seed
        self.epoch = 0

    def __len__(self):
        return len(self.data)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __getitem__(self, i):
        item = self.data[i]
        own = torch.Generator().manual_seed(hash((self.seed, self.epoch, i)))
        noise = torch.randn(item.shape, dtype=item.dtype, generator=own)
        return item + self.std * noise

    def loader(self, batch_size, num_workers=0):
        return DataLoader(self, batch_size, num_workers=num_workers)


@fails(
    "test_workers_give_what_the_main_process_gives",
    "test_each_item_and_each_epoch_have_noise_of_their_own",
    "test_no_noise_comes_again_elsewhere",
    "test_noise_does_not_depend_on_what_happened_before",
)
class gives_each_worker_a_copy_of_one_generator(_Mended):
    """All copies begin alike: the first items of all workers get the same noise."""

    def __init__(self, data, std=0.1, seed=0):
        super().__init__(data, std, seed)
        self.set_epoch(0)

    def set_epoch(self, epoch):
        self.generator = torch.Generator().manual_seed(hash((self.seed, epoch)))

    def __getitem__(self, i):
        item = self.data[i]
        noise = torch.randn(item.shape, dtype=item.dtype, generator=self.generator)
        return item + self.std * noise


@fails(
    "test_each_item_and_each_epoch_have_noise_of_their_own",
    "test_no_noise_comes_again_elsewhere",
)
class forgets_the_epoch(_Mended):
    """The noise becomes a part of the item, which the model learns by heart."""

    def __getitem__(self, i):
        item = self.data[i]
        own = torch.Generator().manual_seed(hash((self.seed, i)))
        noise = torch.randn(item.shape, dtype=item.dtype, generator=own)
        return item + self.std * noise


@fails(
    "test_noise_does_not_depend_on_what_happened_before",
    "test_the_data_stay_as_they_are",
)
class adds_the_noise_in_place(_Mended):
    """Each epoch adds its noise to that of all epochs before. With workers only a copy
    is spoiled, and nobody sees it."""

    def __getitem__(self, i):
        item = self.data[i]
        own = torch.Generator().manual_seed(hash((self.seed, self.epoch, i)))
        noise = torch.randn(item.shape, dtype=item.dtype, generator=own)
        item += self.std * noise
        return item


@fails("test_leaves_the_global_generators_alone")
class seeds_the_whole_process(_Mended):
    """Making a second loader, for validation, starts dropout's numbers again."""

    def loader(self, batch_size, num_workers=0):
        torch.manual_seed(self.seed)
        return DataLoader(self, batch_size, num_workers=num_workers)


@fails("test_leaves_the_global_generators_alone")
class seeds_globally_for_each_item(_Mended):
    """Without workers dropout finds the same few numbers after every batch."""

    def __getitem__(self, i):
        item = self.data[i]
        torch.manual_seed(hash((self.seed, self.epoch, i)))
        return item + self.std * torch.randn(item.shape, dtype=item.dtype)


@fails("test_no_noise_comes_again_elsewhere")
class adds_up_seed_epoch_and_index(_Mended):
    """The noise wanders through the data, one item further in each epoch."""

    def __getitem__(self, i):
        item = self.data[i]
        own = torch.Generator().manual_seed(self.seed + self.epoch + i)
        noise = torch.randn(item.shape, dtype=item.dtype, generator=own)
        return item + self.std * noise


@fails("test_no_noise_comes_again_elsewhere")
class counts_on_from_the_seed(_Mended):
    """Within a run all noise differs. The run with the next seed has nearly the same
    noise, one item further on."""

    def __getitem__(self, i):
        item = self.data[i]
        count = self.seed + self.epoch * len(self) + i
        own = torch.Generator().manual_seed(count)
        noise = torch.randn(item.shape, dtype=item.dtype, generator=own)
        return item + self.std * noise


@fails(
    "test_each_item_and_each_epoch_have_noise_of_their_own",
    "test_no_noise_comes_again_elsewhere",
)
class loses_the_seed(_Mended):
    """Every run has the same noise. That happens to those who use the seed, too: of its
    bits above the lower 32, PyTorch's CPU generator takes no notice."""

    def __getitem__(self, i):
        item = self.data[i]
        bits = self.seed << 40 | self.epoch << 20 | i
        own = torch.Generator().manual_seed(bits)
        noise = torch.randn(item.shape, dtype=item.dtype, generator=own)
        return item + self.std * noise


@fails("test_a_loader_with_workers_sees_each_epoch")
class keeps_its_workers(_Mended):
    """They save the time of starting them, and stay in the epoch in which they
    began."""

    def loader(self, batch_size, num_workers=0):
        return DataLoader(
            self,
            batch_size,
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
        )


@fails("test_adds_normal_noise_of_the_given_size")
class adds_uniform_noise(_Mended):
    """`rand` is never negative: every item is moved up by half of `std`."""

    def __getitem__(self, i):
        item = self.data[i]
        own = torch.Generator().manual_seed(hash((self.seed, self.epoch, i)))
        noise = torch.rand(item.shape, dtype=item.dtype, generator=own)
        return item + self.std * noise


@fails(
    "test_workers_give_what_the_main_process_gives",
    "test_a_loader_with_workers_sees_each_epoch",
    "test_the_loader_keeps_the_order_of_the_items",
)
class shuffles_unasked(_Mended):
    """Two runs can no longer be compared batch by batch."""

    def loader(self, batch_size, num_workers=0):
        return DataLoader(self, batch_size, shuffle=True, num_workers=num_workers)
