import torch
from torch import nn

from solutions.model_building.multi_head_attention import MultiHeadAttention

torch.manual_seed(0)
pytorchs = nn.MultiheadAttention(4, num_heads=2, batch_first=True)
nn.init.normal_(pytorchs.out_proj.bias)
ours = MultiHeadAttention(4, num_heads=2)
ours.load_state_dict(pytorchs.state_dict())

x = torch.randn(1, 3, 4)
padding = torch.tensor([[True, False, False]])  # on the left: position 0 sees nothing
future = torch.ones(3, 3, dtype=torch.bool).triu(1)
masks = {"key_padding_mask": padding, "attn_mask": future}
with torch.no_grad():
    print("PyTorch's:         ", pytorchs(x, x, x, **masks)[0][0, :2, 0])
    without, _ = pytorchs(x, x, x, **masks, need_weights=False)
    print("no need of weights:", without[0, :2, 0])
    print("ours:              ", ours(x, padding, is_causal=True)[0, :2, 0])
print("the bias:          ", ours.out_proj.bias[0].item())
