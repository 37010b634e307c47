import torch

from solutions.transformers.online_softmax import blockwise_attention

scores = torch.tensor([1.0, 3.0, 2.0, 6.0, 5.0, 6.0])
top, total = torch.tensor(-torch.inf), torch.tensor(0.0)
for block in scores.split(2):
    new_top = torch.maximum(top, block.max())
    shrink = (top - new_top).exp()
    total = total * shrink + (block - new_top).exp().sum()
    top = new_top
    print(f"maximum {top:.0f}, earlier sum times {shrink:.4f}, sum {total:.4f}")
print(f"at once:   sum {(scores - scores.max()).exp().sum():.4f}")

torch.manual_seed(0)
query, key, value = torch.randn(3, 1, 2, 100, 8)
for size in (100, 30, 1):
    found = blockwise_attention(query, 1000 * key, value, size, is_causal=True)
    attend = torch.nn.functional.scaled_dot_product_attention
    expected = attend(query, 1000 * key, value, is_causal=True)
    close = torch.allclose(found, expected, atol=1e-4)
    print(f"blocks of {size}: as PyTorch's: {close}")
