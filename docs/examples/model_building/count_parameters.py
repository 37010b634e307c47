from torch import nn

layers = {
    "LSTM": nn.LSTM(3, 5),
    "MultiheadAttention": nn.MultiheadAttention(8, num_heads=2),
    "BatchNorm1d": nn.BatchNorm1d(6),
}
for kind, layer in layers.items():
    total = sum(parameter.numel() for parameter in layer.parameters())
    print(f"{kind}: {total}")
    for name, parameter in layer.named_parameters():
        print(f"  {name} {tuple(parameter.shape)}")
    for name, buffer in layer.named_buffers():
        print(f"  {name} {tuple(buffer.shape)}, a buffer")
