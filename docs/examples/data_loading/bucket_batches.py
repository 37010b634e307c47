import random

from solutions.data_loading.bucket_batches import BucketBatches

lengths = [random.Random(i).randint(1, 64) for i in range(4096)]


def padding(batches):
    positions = sum(max(lengths[i] for i in b) * len(b) for b in batches)
    return 1 - sum(lengths) / positions


def cut(indices):
    return [indices[i : i + 8] for i in range(0, len(indices), 8)]


shuffled = random.Random(0).sample(range(4096), 4096)
print(f"random batches: {padding(cut(shuffled)):.1%} padding")
print(f"all sorted:     {padding(cut(sorted(shuffled, key=lengths.__getitem__))):.1%}")
sampler = BucketBatches(lengths, batch_size=8)
first, second = list(sampler), list(sampler)
print(f"pools, shuffled: {padding(first):.1%}, {padding(second):.1%}")
again = {frozenset(b) for b in first} & {frozenset(b) for b in second}
print("batches that came in both epochs:", len(again), "of", len(sampler))
print("longest of the first batches:", [max(lengths[i] for i in b) for b in first[:8]])
