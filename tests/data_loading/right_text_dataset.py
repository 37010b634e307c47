"""Other right answers to data_loading/text_dataset."""

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    default_collate,
)


class _Collate:
    """Pads with an id of its own choice; a class of the module can be pickled."""

    def __init__(self, padding):
        self.padding = padding

    def __call__(self, items):
        longest = max(len(text) for text, _ in items)
        batch = torch.full((len(items), longest), self.padding)
        for row, (text, _) in zip(batch, items, strict=True):
            row[: len(text)] = text
        return batch, torch.tensor([int(label) for _, label in items])


class fills_a_batch_of_padding:
    """Each text is written into a batch of padding: one more line cuts texts to a
    maximum length, or pads them on the left. `pad_sequence` loops in C++."""

    class TextDataset(Dataset):
        def __init__(self, texts, labels):
            if not 0 < len(texts) == len(labels):
                raise ValueError("give at least one text, and a label for each")
            self.pairs = list(zip(texts, labels, strict=True))

        def __len__(self):
            return len(self.pairs)

        def __getitem__(self, index):
            text, label = self.pairs[index]
            return torch.LongTensor(text), torch.tensor(label).long()

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        generator = torch.Generator()
        generator.manual_seed(seed)
        return DataLoader(
            dataset,
            batch_size,
            shuffle,
            num_workers=num_workers,
            collate_fn=_Collate(padding=0),
            pin_memory=torch.cuda.is_available(),
            generator=generator,
        )


class keeps_one_long_tensor:
    """All ids lie in one tensor, which forked workers share; the pages of a list are
    copied as soon as a worker counts references to its integers. It reads the texts
    twice at the start, and an item is a view: whoever writes to it changes the data."""

    class TextDataset(Dataset):
        def __init__(self, texts, labels):
            if len(texts) == 0 or len(texts) != len(labels):
                raise ValueError(f"{len(texts)} texts and {len(labels)} labels")
            lengths = torch.tensor([len(text) for text in texts])
            self.ids = torch.tensor([i for text in texts for i in text]).long()
            self.ends = lengths.cumsum(0)
            self.starts = self.ends - lengths
            self.labels = torch.tensor(labels, dtype=torch.int64)

        def __len__(self):
            return self.labels.numel()

        def __getitem__(self, i):
            return self.ids[self.starts[i] : self.ends[i]], self.labels[i]


def _pad(items):
    texts, labels = zip(*items, strict=True)
    return pad_sequence(texts, batch_first=True), default_collate(labels)


class hands_over_a_batch_sampler:
    """The sampler owns the order and the batches, and batches of similar lengths are
    one class away. `DataLoader` then refuses a `batch_size` and `shuffle`."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        if shuffle:
            generator = torch.Generator().manual_seed(seed)
            sampler = RandomSampler(dataset, generator=generator)
        else:
            sampler = SequentialSampler(dataset)
        return DataLoader(
            dataset,
            batch_sampler=BatchSampler(sampler, batch_size, drop_last=False),
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
        )


class _Epochs(Sampler):
    """An order for each epoch, which the seed and the epoch's number decide."""

    def __init__(self, size, seed):
        self.size = size
        self.seed = seed
        self.epoch = 0

    def __len__(self):
        return self.size

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed + 1_000_003 * self.epoch)
        self.epoch += 1
        yield from torch.randperm(self.size, generator=generator).tolist()


class seeds_each_epoch_anew:
    """Seed and epoch give the order: an epoch that is cut short does not move the next,
    and a resumed run only sets the number. `DistributedSampler` does so too, in more
    lines than a generator that draws on."""

    def make_loader(dataset, batch_size, *, shuffle=True, num_workers=0, seed=0):
        return DataLoader(
            dataset,
            batch_size,
            sampler=_Epochs(len(dataset), seed) if shuffle else None,
            num_workers=num_workers,
            collate_fn=_pad,
            pin_memory=torch.cuda.is_available(),
        )
