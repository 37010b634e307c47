import torch

half = torch.ones(2, dtype=torch.float16)
ints = torch.ones(2, dtype=torch.int64)
double = torch.tensor(1.0, dtype=torch.float64)

for name, operands in {
    "float16, 0.5": (half, 0.5),
    "float16, int64": (half, ints),
    "float16, bfloat16": (half, half.bfloat16()),
    "float16, float64 without dimensions": (half, double),
    "float16, float64 with one": (half, double.reshape(1)),
    "int64, float64 without dimensions": (ints, double),
}.items():
    print(f"{name}: {torch.result_type(*operands)}")

pixels = torch.tensor([200, 100], dtype=torch.uint8)
print("200 + 100 in uint8:", (pixels[0] + pixels[1]).item())
print("their sum:", pixels.sum().item(), pixels.sum().dtype)
