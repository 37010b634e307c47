"""Where a model can be trained here, and in which precisions."""

from __future__ import annotations

from dataclasses import dataclass

import torch

DEVICES = ("cpu", "cuda", "mps")


@dataclass(frozen=True)
class Mode:
    """A precision: the dtype of autocast, and whether the loss is scaled."""

    name: str
    dtype: torch.dtype
    scaled: bool = False

    def autocast(self, device: torch.device) -> torch.autocast:
        """Casts to the dtype; where that is float32, does nothing."""
        mixed = self.dtype != torch.float32
        return torch.autocast(
            device.type, dtype=self.dtype if mixed else None, enabled=mixed
        )

    def scaler(self, device: torch.device) -> torch.amp.GradScaler:
        return torch.amp.GradScaler(device.type, enabled=self.scaled)


FP32 = Mode("fp32", torch.float32)
FP16 = Mode("fp16", torch.float16, scaled=True)
BF16 = Mode("bf16", torch.bfloat16)
MODES = (FP32, FP16, BF16)


def missing_device(device: str) -> str:
    """Why there is no such device here; empty where there is one."""
    present = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    return "" if present[device] else f"torch {torch.__version__} sees no {device} here"


def unused_mode(mode: Mode, device: str) -> str:
    """Why the mode is not measured on the device; empty where it is."""
    if mode is FP16 and device == "cpu":
        return "few CPUs calculate in float16"
    if mode is BF16 and device == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return "" if native else f"{torch.cuda.get_device_name()} only emulates bf16"
    return ""
