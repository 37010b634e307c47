import torch


class UpOrDown(torch.nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x + 1
        return x - 1


class ByCond(torch.nn.Module):
    def forward(self, x):
        up, down = lambda t: t + 1, lambda t: t - 1
        return torch.cond(x.sum() > 0, up, down, (x,))


one = torch.ones(1)
torch._dynamo.reset()
compiled = torch.compile(UpOrDown(), backend="eager")
branches = [compiled(one).item(), compiled(-one).item()]
print("compiled, in several graphs:", branches)

try:
    torch.export.export(UpOrDown(), (one,))
    exported = "works"
except RuntimeError as error:
    exported = type(error).__name__
print("exported as one graph:", exported)

program = torch.export.export(ByCond(), (one,)).module()
by_cond = [program(one).item(), program(-one).item()]
print("exported with torch.cond:", by_cond)
