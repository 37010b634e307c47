import random

import torch

from solutions.generation.speculative_decoding import speculative_decode

p = torch.tensor([0.5, 0.3, 0.2])  # the target, after any token
q = torch.tensor([0.6, 0.1, 0.3])  # the draft
accepted, missing = torch.minimum(p, q), (p - q).clamp(min=0)
for name, row in {"accepted": accepted, "replaced": missing, "both": p}.items():
    print(f"{name:9}", *(f"{x:.2f}" for x in row), f" sum {row.sum():.2f}")

calls, random_numbers = [], random.Random(0)


def target(ids):
    calls.append(ids.shape[1])
    return p.log().expand(1, ids.shape[1], 3)


def draft(ids):
    return q.log().expand(1, ids.shape[1], 3)


def sample(chances):
    return random_numbers.choices(range(3), chances.tolist())[0]


def coin(chance):
    return random_numbers.random() < chance


start = torch.tensor([0])
new = speculative_decode(target, draft, start, 4, 3000, -1, sample, coin)
print("frequencies", *(f"{new.count(i) / len(new):.2f}" for i in range(3)))
print(f"{len(new) / len(calls):.2f} tokens a call; {(1 - 0.8**5) / 0.2:.2f} expected")
