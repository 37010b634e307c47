import torch

x = torch.arange(6).reshape(2, 3)
views = {
    "x": x,
    "x.t()": x.t(),
    "x[:, 1:]": x[:, 1:],
    "x[0].expand(4, 3)": x[0].expand(4, 3),
}
for name, view in views.items():
    shape, stride, offset = tuple(view.shape), view.stride(), view.storage_offset()
    print(f"{name}: shape {shape}, strides {stride}, offset {offset}")

try:
    x.t().view(6)
except RuntimeError as error:
    print(f"view: {str(error)[:46]}...")
print("reshape:", x.t().reshape(6).tolist())

row = torch.zeros(1000, 1000)[0]
print("bytes kept alive by a row:", row.untyped_storage().nbytes())
print("bytes of its clone:", row.clone().untyped_storage().nbytes())
