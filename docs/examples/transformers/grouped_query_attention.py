import torch
from torch.utils._python_dispatch import TorchDispatchMode

from solutions.transformers.grouped_query_attention import grouped_query_attention


class Clones(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if "clone" in func.name():
            print("   copies", tuple(result.shape))
        return result


torch.manual_seed(0)
query = torch.randn(1, 8, 1, 16)  # one new token, 8 heads
key, value = torch.randn(2, 1, 2, 100, 16)  # 2 key-value heads, 100 tokens

with Clones():
    print("folded into the queries:")
    result = grouped_query_attention(query, key, value)
    print("broadcast over the group:")
    scores = query.unflatten(1, (2, 4)) @ key[:, :, None].mT / 4
    other = (scores.softmax(-1) @ value[:, :, None]).flatten(1, 2)
print("the same:", torch.allclose(result, other, atol=1e-6))
