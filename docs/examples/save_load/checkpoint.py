import torch
from torch import nn

from solutions.save_load.checkpoint import load_checkpoint, save_checkpoint


def parts():
    model = nn.Linear(4, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3)
    return {"model": model, "optimizer": optimizer, "scheduler": scheduler}


def train(model, optimizer, scheduler):
    for _ in range(4):
        optimizer.zero_grad()
        loss = model(torch.randn(16, 4)).square().mean()
        loss.backward()
        optimizer.step()
        scheduler.step()
        yield round(loss.item(), 4)


torch.manual_seed(0)
run, resumed, half_resumed = parts(), parts(), parts()
list(train(**run))
save_checkpoint("run.pt", **run, epoch=4)
print("uninterrupted:   ", *train(**run))
load_checkpoint("run.pt", **resumed)
print("resumed:         ", *train(**resumed))
half_resumed["model"].load_state_dict(torch.load("run.pt")["model"])
print("weights restored:", *train(**half_resumed))
