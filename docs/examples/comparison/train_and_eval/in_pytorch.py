import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Dropout(0.5))
ones = torch.ones(1000)


def dropped(y):
    return bool((y == 0).any())


as_built = dropped(model(ones))
print("as built, drops:", as_built, "training:", model.training)
model.eval()  # a state that stays until it is changed
after_eval = dropped(model(ones))
print("after eval(), drops:", after_eval)
model.train()
after_train = dropped(model(ones))
print("after train(), drops:", after_train)
