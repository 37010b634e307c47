import torch

from solutions.transformers.kv_cache import CachedAttention

torch.manual_seed(0)
attention = CachedAttention(embed_dim=8, num_heads=2, max_length=6)
x = torch.randn(2, 6, 8)
whole = attention(x)

projected = []
attention.qkv.register_forward_hook(lambda _, x, __: projected.append(x[0].shape[1]))
for sizes in ((1, 1, 1, 1, 1, 1), (4, 1, 1), (3, 3)):
    attention.reset()
    projected.clear()
    parts = torch.cat([attention(chunk) for chunk in x.split(sizes, dim=1)], dim=1)
    off = (parts - whole).abs().max().item()
    print(f"in calls of {projected}: off by less than 1e-6: {off < 1e-6}")

try:
    attention(x[:, :1])
except ValueError as error:
    print(error)
past, new = 3, 2
print(torch.ones(new, past + new, dtype=torch.int).tril(past))
