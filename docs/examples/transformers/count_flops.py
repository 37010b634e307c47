def forward_work(width, length):
    """Operations in the linear layers of a block, and in its attention."""
    return 2 * 12 * width**2 * length, 2 * 2 * width * length**2


width, heads, layers = 4096, 32, 32
print(f"{layers * 12 * width**2 / 1e9:.1f} billion parameters in {layers} blocks")
for length in (1024, 4096, 6 * width, 131072):
    linear, attention = forward_work(width, length)
    scores = 2 * heads * length**2 / 2**30
    print(
        f"length {length}: attention is {attention / (linear + attention):.0%} "
        f"of the work, its scores in bfloat16 are {scores:.2f} GiB a block"
    )
