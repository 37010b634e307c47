import torch

from solutions.transformers.rotary_embedding import RotaryEmbedding

torch.manual_seed(0)
rope = RotaryEmbedding(8)
query, key = torch.randn(2, 1, 1, 1, 8)


def score(m, n):
    at_m, at_n = torch.tensor([m]), torch.tensor([n])
    return (rope(query, at_m) * rope(key, at_n)).sum().item()


for m, n in ((3, 0), (13, 10), (1003, 1000), (3, 10)):
    print(f"positions {m:4} and {n:4}: {score(m, n):.3f}")

positions = torch.tensor([5001, 5002])
print("the positions in bfloat16:", positions.bfloat16().tolist())
x = torch.ones(1, 1, 2, 8).bfloat16()
print("angles in float32:  ", rope(x, positions)[0, 0, :, 0].tolist())
angles = positions.bfloat16()  # the first frequency is 1
print("angles in bfloat16: ", (angles.cos() - angles.sin()).tolist())
