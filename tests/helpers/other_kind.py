"""A kind of device that no machine has to have, to see for which one asks."""

from contextlib import ExitStack
from unittest.mock import patch

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map_only

KIND = "xpu"


class OfAnotherKind(TorchFunctionMode):
    """Acts as if all tensors were on an `xpu`; `kinds` are those that autocast was
    made for meanwhile. All of it really runs on the CPU."""

    def __enter__(self):
        self.kinds, self.patched = [], ExitStack()
        init = torch.autocast.__init__

        def noting(autocast, device_type, *args, **options):
            self.kinds.append(device_type)
            init(autocast, "cpu", *args, **options)

        self.patched.enter_context(patch.object(torch.autocast, "__init__", noting))
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.patched.close()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func == torch.Tensor.device.__get__:
            return torch.device(KIND, 0)
        here = tree_map_only(
            torch.device, lambda _: torch.device("cpu"), (args, kwargs)
        )
        args, kwargs = tree_map_only(
            str, lambda word: "cpu" if word.startswith(KIND) else word, here
        )
        return func(*args, **(kwargs or {}))
