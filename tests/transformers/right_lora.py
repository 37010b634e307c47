"""Other right answers to transformers/lora."""

import torch
from torch import nn
from torch.nn import functional


class keeps_the_weight_that_it_merged:
    """The frozen weight is copied when it is merged and copied back afterwards: bit for
    bit what it was, after any number of rounds and in half precision too. While merged,
    it takes the memory of the layer twice."""

    class LoRALinear(nn.Module):
        def __init__(self, layer, r, alpha):
            super().__init__()
            if r < 1 or r > layer.in_features or r > layer.out_features:
                raise ValueError(f"the rank {r} does not fit")
            for parameter in layer.parameters():
                parameter.requires_grad = False
            like = {"dtype": layer.weight.dtype, "device": layer.weight.device}
            self.layer, self.r, self.alpha, self.kept = layer, r, alpha, None
            self.lora_A = nn.Parameter(torch.randn(r, layer.in_features, **like) / r)
            self.lora_B = nn.Parameter(torch.zeros(layer.out_features, r, **like))

        def forward(self, x):
            if self.kept is not None:
                return self.layer(x)
            thin = functional.linear(functional.linear(x, self.lora_A), self.lora_B)
            return torch.add(self.layer(x), thin, alpha=self.alpha / self.r)

        def merge(self):
            if self.kept is None:
                self.kept = self.layer.weight.detach().clone()
                update = self.lora_B.detach() @ self.lora_A.detach()
                self.layer.weight.data.add_(update, alpha=self.alpha / self.r)

        def unmerge(self):
            if self.kept is not None:
                self.layer.weight.data.copy_(self.kept)
                self.kept = None

    def lora_state_dict(model):
        found = {}
        for path, module in model.named_modules(remove_duplicate=False):
            if hasattr(module, "unmerge"):  # an adapter is what can be taken out
                start = path + "." if path else ""
                found[start + "lora_A"] = module.lora_A.detach()
                found[start + "lora_B"] = module.lora_B.detach()
        return found


class asks_each_adapter_for_its_names:
    """The adapters' module knows its own two names, so another kind of adapter can join
    without a change of the function. `state_dict` with a prefix does the naming."""

    class LoRALinear(nn.Module):
        NAMES = "lora_A", "lora_B"

        def __init__(self, layer, r, alpha):
            super().__init__()
            if r not in range(1, min(layer.weight.shape) + 1):
                raise ValueError("1 <= r <= min(in_features, out_features)")
            self.layer, self.scale, self.sign = layer, alpha / r, 1
            layer.weight.requires_grad_(False)
            if layer.bias is not None:
                layer.bias.requires_grad_(False)
            self.lora_A = nn.Parameter(torch.empty_like(layer.weight[:r]))
            self.lora_B = nn.Parameter(torch.zeros_like(layer.weight[:, :r]))
            nn.init.normal_(self.lora_A, std=layer.in_features**-0.5)

        def forward(self, x):
            result = self.layer(x)
            if self.sign == 1:
                thin = torch.einsum("...i,ri->...r", x, self.lora_A)
                thin = torch.einsum("...r,or->...o", thin, self.lora_B)
                result = result + thin * self.scale
            return result

        def merge(self):
            self.shift(1)

        def unmerge(self):
            self.shift(-1)

        @torch.no_grad()
        def shift(self, sign):
            """Add or subtract the adapter, if that is what comes next."""
            if sign == self.sign:
                update = self.lora_B @ self.lora_A
                self.layer.weight.add_(update, alpha=sign * self.scale)
                self.sign = -sign

    def lora_state_dict(model):
        adapters = {}
        for path, module in model.named_modules():
            names = getattr(type(module), "NAMES", ())
            entries = module.state_dict(prefix=f"{path}." if path else "")
            adapters |= {
                name: value
                for name, value in entries.items()
                if name.removeprefix(f"{path}.") in names
            }
        return adapters
