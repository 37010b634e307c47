import torch

w = torch.tensor([1.0, -2.0], requires_grad=True)
adamw = torch.optim.AdamW([w])
names = ("weight_decay", "eps")
defaults = {name: adamw.defaults[name] for name in names}
print(defaults)

adamw = torch.optim.AdamW(
    [w], lr=0.1, weight_decay=0.01, eps=1e-8
)
for _ in range(10):
    adamw.zero_grad()
    (w**2).sum().backward()
    adamw.step()
after_ten = w.tolist()
print("ten steps:", [round(v, 4) for v in after_ten])
