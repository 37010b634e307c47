"""Near misses of data_loading/text_dataset."""

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, Sampler

from backprep.testing import fails


def _pad(items):
    texts, labels = zip(*items, strict=True)
    return pad_sequence(texts, batch_first=True), torch.stack(labels)


@fails(
    "test_an_item_is_the_ids_of_one_text_and_its_label",
    "test_indices_behave_as_a_lists_do",
    "test_pads_each_batch_to_its_own_longest_text",
)
class pads_every_text_in_advance:
    """One long text makes every batch as wide as itself, and the lists are changed."""

    class TextDataset(Dataset):
        def __init__(self, texts, labels):
            if len(texts) != len(labels) or not texts:
                raise ValueError("texts and labels must pair up")
            longest = max(len(text) for text in texts)
            for text in texts:
                text += [0] * (longest - len(text))
            self.texts = texts
            self.labels = labels

        def __len__(self):
            return len(self.texts)

        def __getitem__(self, i):
            return torch.tensor(self.texts[i]), torch.tensor(self.labels[i])


@fails(
    "test_indices_behave_as_a_lists_do",
    "test_refuses_texts_without_a_label_and_labels_without_a_text",
)
class keeps_the_pairs_in_a_dict:
    """`zip` drops what has no partner, and a dict knows no index -1 and no end."""

    class TextDataset(Dataset):
        def __init__(self, texts, labels):
            self.pairs = dict(enumerate(zip(texts, labels, strict=False)))

        def __len__(self):
            return len(self.pairs)

        def __getitem__(self, i):
            text, label = self.pairs[i]
            return torch.tensor(text, dtype=torch.long), torch.tensor(label)


@fails("test_an_item_is_the_ids_of_one_text_and_its_label")
class infers_the_dtype_from_the_ids:
    """An empty text is float32, and so is a batch that begins with one."""

    class TextDataset(Dataset):
        def __init__(self, texts, labels):
            if len(texts) != len(labels) or not texts:
                raise ValueError("texts and labels must pair up")
            self.texts = texts
            self.labels = labels

        def __len__(self):
            return len(self.texts)

        def __getitem__(self, i):
            return torch.tensor(self.texts[i]), torch.tensor(self.labels[i])


@fails("test_every_item_comes_once_an_epoch")
class drops_the_last_batch:
    """Up to a batch of texts is missing from every epoch."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
            drop_last=True,
            generator=torch.Generator().manual_seed(seed),
        )


@fails("test_the_seed_alone_decides_the_orders")
class leaves_the_order_to_chance:
    """The seed is ignored: no run can be repeated."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
        )


@fails("test_the_seed_alone_decides_the_orders")
class seeds_the_global_generator:
    """Whatever else draws random numbers changes the order, and is itself reset."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        torch.manual_seed(seed)
        return DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
        )


class _Permutation(Sampler):
    def __init__(self, size, seed):
        self.size = size
        self.seed = seed

    def __len__(self):
        return self.size

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed)
        return iter(torch.randperm(self.size, generator=generator).tolist())


@fails("test_each_epoch_has_a_new_order_only_when_shuffling")
class shuffles_alike_in_every_epoch:
    """The generator starts again with each epoch, so the same texts always meet."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            sampler=_Permutation(len(dataset), seed) if shuffle else None,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
        )


class _OfTheEpoch(_Permutation):
    epoch = 0

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed + 1000 * self.epoch)
        yield from torch.randperm(self.size, generator=generator).tolist()
        self.epoch += 1


@fails("test_each_epoch_has_a_new_order_only_when_shuffling")
class counts_an_epoch_at_its_end:
    """One that was cut short was never counted, and the next repeats its beginning."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            sampler=_OfTheEpoch(len(dataset), seed) if shuffle else None,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
        )


def _longest_first(items):
    return _pad(sorted(items, key=lambda item: len(item[0]), reverse=True))


@fails(
    "test_pads_each_batch_to_its_own_longest_text",
    "test_each_epoch_has_a_new_order_only_when_shuffling",
)
class sorts_each_batch_by_length:
    """Predictions that are written down batch by batch belong to other texts."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=_longest_first,
            pin_memory=torch.cuda.is_available(),
            generator=torch.Generator().manual_seed(seed),
        )


@fails("test_memory_is_pinned_where_cuda_is_available_only")
class pins_memory_everywhere:
    """Without an accelerator it only warns, at the start of every epoch."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=True,
            generator=torch.Generator().manual_seed(seed),
        )


@fails("test_what_a_worker_is_sent_can_be_pickled")
class collates_with_a_lambda:
    """It runs where workers are forked, and nowhere else."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=lambda items: _pad(items),
            pin_memory=torch.cuda.is_available(),
            generator=torch.Generator().manual_seed(seed),
        )


_LOADERS = []


@fails("test_workers_load_the_data_and_end_with_the_loader")
class keeps_every_loader:
    """Its workers wait for the next epoch, which never comes."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        loader = DataLoader(
            dataset,
            batch_size,
            shuffle=shuffle,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
            persistent_workers=num_workers > 0,
            generator=torch.Generator().manual_seed(seed),
        )
        _LOADERS.append(loader)
        return loader
