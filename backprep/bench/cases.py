"""What is trained: four models, each on a small and on a large batch."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from backprep.bank.questions import read_question

CLASSES = 3
WORDS, LENGTH = 1_000, 64
Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Case:
    """A model and the size of its batches; what it builds follows from the seed."""

    model: str
    batch_size: int
    build: Callable[[], nn.Module]
    inputs: Callable[[int], Tensor]

    @property
    def name(self) -> str:
        return f"{self.model}, batch {self.batch_size}"

    def make(self, device: torch.device, seed: int = 0) -> tuple[nn.Module, Batch]:
        """The model in train mode and a batch for it, on the device."""
        torch.manual_seed(seed)
        model = self.build()
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # two dtypes would draw two masks
        inputs = self.inputs(self.batch_size)
        targets = torch.randint(CLASSES, (self.batch_size,))
        return model.to(device), (inputs.to(device), targets.to(device))


def perceptron(width: int, depth: int) -> nn.Module:
    """`depth` hidden layers of `width` units with ReLU, and a linear output."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, CLASSES))


class Encoder(nn.Module):
    """Two Transformer layers over word ids, averaged over positions."""

    def __init__(self, width: int = 256) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, width)
        self.places = nn.Parameter(0.02 * torch.randn(LENGTH, width))
        layer = nn.TransformerEncoderLayer(
            width, nhead=4, dim_feedforward=4 * width, dropout=0.0, batch_first=True
        )
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.output = nn.Linear(width, CLASSES)

    def forward(self, ids: Tensor) -> Tensor:
        hidden = self.layers(self.words(ids) + self.places)
        logits: Tensor = self.output(hidden.mean(1))
        return logits


def text_classifier() -> nn.Module:
    """The bank's own biLSTM, as its reference solution writes it."""
    path = read_question("model_building/text_classifier").solution_path
    model: nn.Module = runpy.run_path(str(path))["TextClassifier"](WORDS, 128, CLASSES)
    return model


def vectors(width: int) -> Callable[[int], Tensor]:
    """Draws batches of normal vectors, float32 of shape (rows, width)."""
    return lambda rows: torch.randn(rows, width)


def texts(rows: int) -> Tensor:
    """Word ids, int64 of shape (rows, LENGTH)."""
    return torch.randint(WORDS, (rows, LENGTH))


CASES = [
    *(Case("tiny MLP", n, lambda: perceptron(64, 2), vectors(64)) for n in (32, 256)),
    *(Case("MLP", n, lambda: perceptron(1024, 3), vectors(1024)) for n in (256, 4096)),
    *(Case("Transformer", n, Encoder, texts) for n in (8, 32)),
    *(Case("biLSTM", n, text_classifier, texts) for n in (32, 128)),
]
