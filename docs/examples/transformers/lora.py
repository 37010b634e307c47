import torch
from torch import nn

from solutions.transformers.lora import LoRALinear, lora_state_dict

torch.manual_seed(0)
x, target = torch.randn(64, 32), torch.randn(64, 32)
module = LoRALinear(nn.Linear(32, 32), r=4, alpha=8)
print("as the layer at first:", torch.equal(module(x), module.layer(x)))

trained = [p for p in module.parameters() if p.requires_grad]
print("trained:", sum(p.numel() for p in trained), "and frozen:", 32 * 32 + 32)
module(x).sum().backward()
print("first gradients:", [p.grad.abs().sum().item() > 0 for p in trained])

optimizer = torch.optim.AdamW(trained, lr=0.01)
for _ in range(100):
    optimizer.zero_grad()
    (module(x) - target).square().mean().backward()
    optimizer.step()

before = module(x)
module.merge()
module.merge()
off = (module(x) - before).abs().max().item()
print("merged twice, off by less than 1e-5:", off < 1e-5)
adapters = lora_state_dict(nn.Sequential(module))
print({name: tuple(value.shape) for name, value in adapters.items()})
