import torch

from solutions.amp.grad_scaler import GradScaler

weight = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=1.0)
scaler = GradScaler(init_scale=4096.0, growth_interval=3)

for i in range(1, 8):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        output = weight[:, None] @ torch.full((1, 1), 10.0)
    loss = (output.float() * -4.0).sum()
    scaler.scale(loss).backward()  # 4 * scale passes through float16
    found, before = weight.grad.item(), weight.item()
    scaler.step(optimizer)
    scaler.update()
    did = "skipped" if weight.item() == before else "stepped"
    print(f"{i}: gradient {found:9.0f}, {did}, next scale {scaler.get_scale():.0f}")
