"""A device that no machine has to have, to see what is put where."""

from contextlib import ExitStack
from functools import partial
from unittest.mock import patch

import torch
from torch.overrides import TorchFunctionMode, handle_torch_function
from torch.utils._pytree import tree_leaves, tree_map_only


class OnTheCpu(torch.Tensor):
    """Marks the tensors that stay on the CPU while the rest is `Elsewhere`."""

    __torch_function__ = torch._C._disabled_torch_function_impl


class Elsewhere(TorchFunctionMode):
    """Acts as if unmarked tensors were on a device of their own, called `cpu:0`.

    As on a GPU, what is made without a device is on the CPU, and the two do not mix.
    """

    UNSEEN = "asarray", "from_dlpack", "from_numpy", "frombuffer"
    """What makes a tensor without telling a `TorchFunctionMode`."""

    def __enter__(self):
        self.seen = ExitStack()
        for name in self.UNSEEN:
            telling = partial(handle_torch_function, getattr(torch, name), ())
            self.seen.enter_context(patch.object(torch, name, telling))
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.seen.close()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func == torch.Tensor.device.__get__:
            return torch.device("cpu" if isinstance(args[0], OnTheCpu) else "cpu:0")
        if func.__name__ in ("numpy", "__array__") and not isinstance(
            args[0], OnTheCpu
        ):
            raise TypeError("NumPy wants the tensor on the CPU")
        on_cpu = self.result_is_on_cpu(func.__name__, args, tree_leaves((args, kwargs)))
        kind = OnTheCpu if on_cpu else torch.Tensor
        return tree_map_only(
            torch.Tensor,
            lambda t: t if isinstance(t, OnTheCpu) == on_cpu else t.as_subclass(kind),
            func(*args, **kwargs),
        )

    def result_is_on_cpu(self, name, args, leaves):
        named = [str(leaf) for leaf in leaves if isinstance(leaf, str | torch.device)]
        tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
        on_cpu = {isinstance(t, OnTheCpu) for t in tensors if t.ndim}
        if name == "cpu" or "cpu" in named:
            return True
        if "cpu:0" in named:
            return False
        if name in ("to", "type_as"):
            return isinstance(tensors[-1], OnTheCpu)
        if name == "_pack_padded_sequence":
            if not isinstance(args[1], OnTheCpu):
                raise RuntimeError("packing wants the lengths on the CPU")
            return False
        if len(on_cpu) == 2 and name not in ("__getitem__", "__setitem__"):
            raise RuntimeError("expected all tensors to be on the device of `x`")
        first = [t for t in tensors if t.ndim][:1] or tensors[:1]
        return not first or isinstance(first[0], OnTheCpu)
