from torch.utils.data import DataLoader, IterableDataset

from solutions.data_loading.shard_iterable import ShardedStream


def source():
    return iter(range(6))


class Untouched(IterableDataset):
    def __iter__(self):
        return source()


if __name__ == "__main__":  # a worker may import this file
    for dataset in (Untouched(), ShardedStream(source)):
        for workers in (0, 2):
            loader = DataLoader(dataset, batch_size=2, num_workers=workers)
            batches = [batch.tolist() for batch in loader]
            print(f"{type(dataset).__name__}, {workers} workers: {batches}")
