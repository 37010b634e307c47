"""What an answer has PyTorch do: the operations, the tensors, the functions called."""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Operations(TorchDispatchMode):
    """The names of the operations that run, and the largest shape that one makes.

    A view shares its storage and makes nothing.
    """

    def __init__(self):
        super().__init__()
        self.names, self.largest = [], torch.Size([0])

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.names.append(func.overloadpacket.__name__)
        given = {storage(leaf) for leaf in tree_leaves((args, kwargs))}
        for made in tree_leaves(result):
            if storage(made) not in {None, *given}:
                self.made(made)
        return result

    def made(self, tensor):
        """Take note of a tensor that an operation made."""
        self.largest = max(self.largest, tensor.shape, key=torch.Size.numel)


def storage(value):
    """Which storage a tensor shares with its views; None of anything else.

    Its data pointer would not do: tensors of `torch.func` and on `meta` have none.
    """
    is_tensor = isinstance(value, torch.Tensor)
    return value.untyped_storage()._cdata if is_tensor else None


class Refusing(TorchFunctionMode):
    """Fails at a call of a function with `name` in its name."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        assert self.name not in name, f"you call `{name}`"
        return func(*args, **(kwargs or {}))
