import torch
from torch.nn import functional

from solutions.transformers.scaled_dot_product import scaled_dot_product

torch.manual_seed(0)
query, key = torch.randn(1, 1, 2, 4), torch.randn(1, 1, 5, 4)
value = torch.eye(5)[None, None]  # so that the result shows the weights

print("the last 2 of 5 tokens, causal:")
print(scaled_dot_product(query, key, value, is_causal=True)[0, 0])
print("PyTorch, is_causal=True:")
attend = functional.scaled_dot_product_attention
print(attend(query, key, value, is_causal=True)[0, 0])

hides_all = torch.tensor([[-torch.inf] * 5, [0.0] * 5])
leaf = query.clone().requires_grad_()
weights = (leaf @ key.mT / 2 + hides_all).softmax(-1).nan_to_num()
print("nan_to_num after the softmax, first row:", weights[0, 0, 0].tolist())
weights.square().sum().backward()
print("its gradient:", leaf.grad[0, 0, 0].tolist())

leaf.grad = None
result = scaled_dot_product(leaf, key, value, hides_all)
print("zeros on both sides, first row:", result[0, 0, 0].tolist())
result.square().sum().backward()
print("its gradient:", leaf.grad[0, 0, 0].tolist())
