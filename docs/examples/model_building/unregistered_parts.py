import torch
from torch import nn


class Parts(nn.Module):
    def __init__(self):
        super().__init__()
        self.in_a_list = [nn.Linear(2, 2)]
        self.in_a_module_list = nn.ModuleList([nn.Linear(2, 2)])
        self.tensor = torch.ones(2, requires_grad=True)
        self.parameter = nn.Parameter(torch.ones(2))
        self.register_buffer("buffer", torch.ones(2))


model = Parts().to(torch.float64)
print("parameters:", [name for name, _ in model.named_parameters()])
print("state dict:", list(model.state_dict()))
print("moved:     ", model.buffer.dtype, "and", model.in_a_module_list[0].weight.dtype)
print("not moved: ", model.tensor.dtype, "and", model.in_a_list[0].weight.dtype)
