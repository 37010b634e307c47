"""The seed's text classifier as bare layers, to compare answers with."""

import torch
from torch import nn
from torch.testing import assert_close


def plain_layers(vocab_size=20, embed_dim=4, num_classes=3):
    """The architecture as bare layers, in eval mode, with hidden units from 0 to 10."""
    head = [nn.Linear(256, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, num_classes)]
    nn.init.uniform_(head[0].bias, -10, 10)
    layers = {
        "embedding": nn.Embedding(vocab_size, embed_dim),
        "encoder": nn.LSTM(embed_dim, 128, batch_first=True, bidirectional=True),
        "classifier": nn.Sequential(*head),
    }
    return nn.ModuleDict(layers).eval()


def plain_logits(plain, x):
    """The logits of texts without padding, by the layers of `plain`."""
    output, _ = plain["encoder"](plain["embedding"](x))
    ends = torch.cat([output[:, -1, :128], output[:, 0, 128:]], dim=1)
    return plain["classifier"](ends)


def compare_gradients(model, plain):
    """Fails where a parameter of `model` has another gradient than that of `plain`."""
    grads, expected = (
        {name: p.grad for name, p in m.named_parameters()} for m in (model, plain)
    )
    without = [name for name, grad in grads.items() if grad is None]
    assert not without, f"no gradient reached {', '.join(without)}"
    assert_close(grads, expected)


def shapes(model):
    """The shape of each entry of the state dict."""
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}
