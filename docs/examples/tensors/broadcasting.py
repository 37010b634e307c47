import torch

torch.manual_seed(0)
x = torch.randn(100, 1)
targets = 3 * x[:, 0] + 1

for name in ("column and row", "two rows"):
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(200):
        predictions = model(x) if name == "column and row" else model(x)[:, 0]
        loss = ((predictions - targets) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    slope, bias = model.weight.item(), model.bias.item()
    print(f"{name}: loss {loss:.2f}, slope {abs(slope):.2f}, bias {bias:.2f}")

mean, variance = targets.mean(), targets.var(correction=0)
print(f"mean of the targets {mean:.2f}, variance {variance:.2f}")
