"""Near misses of transformers/lora."""

import torch
from torch import nn

from backprep.testing import fails
from solutions.transformers.lora import LoRALinear as _LoRALinear


@fails("test_trains_the_adapter_alone")
class starts_both_at_zero:
    """The gradient of each is a multiple of the other: nothing ever learns."""

    class LoRALinear(_LoRALinear):
        def __init__(self, layer, r, alpha):
            super().__init__(layer, r, alpha)
            nn.init.zeros_(self.lora_A)


@fails("test_begins_as_the_layer")
class starts_both_at_random:
    """Fine-tuning begins with a model that has been disturbed in every layer."""

    class LoRALinear(_LoRALinear):
        def __init__(self, layer, r, alpha):
            super().__init__(layer, r, alpha)
            nn.init.normal_(self.lora_B, std=0.02)


@fails("test_trains_the_adapter_alone", "test_training_goes_on_after_unmerging")
class freezes_the_weight_alone:
    """The biases learn, and are not in the file of the adapters."""

    class LoRALinear(_LoRALinear):
        def __init__(self, layer, r, alpha):
            super().__init__(layer, r, alpha)
            if layer.bias is not None:
                layer.bias.requires_grad_(True)


@fails("test_adds_the_scaled_product")
class runs_the_layer_without_gradients:
    """The layer is frozen, but what lies before it is not: its gradient lacks the
    larger part."""

    class LoRALinear(_LoRALinear):
        def forward(self, x):
            with torch.no_grad():
                result = self.layer(x)
            if self.merged:
                return result
            return result + self.scale * (x @ self.lora_A.T @ self.lora_B.T)


@fails(
    "test_adds_the_scaled_product",
    "test_computes_the_same_when_merged",
    "test_merging_again_changes_nothing",
    "test_training_goes_on_after_unmerging",
)
class scales_by_alpha_alone:
    """Twice the rank, twice the update: the learning rate has to be found again."""

    class LoRALinear(_LoRALinear):
        def __init__(self, layer, r, alpha):
            super().__init__(layer, r, alpha)
            self.scale = alpha


@fails("test_makes_no_matrix_of_the_weights_size")
class multiplies_the_thin_matrices_first:
    """The result is the same. Each pass makes a second weight, which autograd keeps."""

    class LoRALinear(_LoRALinear):
        def forward(self, x):
            if self.merged:
                return self.layer(x)
            return self.layer(x) + x @ (self.scale * self.lora_B @ self.lora_A).T


@fails("test_computes_the_same_when_merged")
class adds_the_adapter_to_a_merged_weight:
    """After merging, the update counts twice."""

    class LoRALinear(_LoRALinear):
        def forward(self, x):
            return self.layer(x) + self.scale * (x @ self.lora_A.T @ self.lora_B.T)


@fails("test_merging_again_changes_nothing")
class merges_again:
    """Every call adds the adapter once more, and nothing looks wrong but the model."""

    class LoRALinear(_LoRALinear):
        @torch.no_grad()
        def merge(self):
            self.layer.weight += self.scale * (self.lora_B @ self.lora_A)
            self.merged = True


@fails("test_training_goes_on_after_unmerging")
class puts_a_new_parameter_in_the_layer:
    """The new one requires grad, so the frozen weight trains; and whoever held the old
    one, a tied layer or an optimizer, holds another tensor."""

    class LoRALinear(_LoRALinear):
        def merge(self):
            if not self.merged:
                update = self.scale * (self.lora_B @ self.lora_A)
                self.layer.weight = nn.Parameter((self.layer.weight + update).detach())
                self.merged = True


@fails("test_saves_the_adapters_alone")
class saves_what_requires_grad:
    """A trained head goes into the file, and an adapter that is frozen for now does
    not."""

    def lora_state_dict(model):
        return {n: p.detach() for n, p in model.named_parameters() if p.requires_grad}


@fails("test_makes_the_adapter_like_the_weight")
class makes_the_adapter_in_single_precision:
    """On a model in bfloat16 on a GPU, the first call fails with two dtypes or two
    devices."""

    class LoRALinear(_LoRALinear):
        def __init__(self, layer, r, alpha):
            super().__init__(layer, r, alpha)
            dtype = torch.promote_types(layer.weight.dtype, torch.float32)
            self.lora_A = nn.Parameter(torch.randn(r, layer.in_features, dtype=dtype))
            self.lora_B = nn.Parameter(torch.zeros(layer.out_features, r, dtype=dtype))


@fails("test_refuses_a_rank_that_is_none")
class takes_any_rank_above_zero:
    """A rank above that of the matrix trains more parameters than the matrix has."""

    class LoRALinear(_LoRALinear):
        def __init__(self, layer, r, alpha):
            if r < 1:
                raise ValueError(f"the rank is {r}")
            size = min(layer.in_features, layer.out_features)
            super().__init__(layer, min(r, size), alpha)
