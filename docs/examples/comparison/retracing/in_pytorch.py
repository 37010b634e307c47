import torch


def graphs(function, calls):
    """How many graphs torch.compile builds for these calls."""
    built = []

    def backend(graph, inputs):
        built.append(graph)
        return graph.forward

    torch._dynamo.reset()
    compiled = torch.compile(function, backend=backend)
    for arguments in calls:
        compiled(*arguments)
    return len(built)


x = torch.ones(2)
values = graphs(lambda t: t * 2, [(x,), (x + 1,), (x + 2,)])
sizes = [(torch.ones(n),) for n in (2, 3, 4, 5, 6)]
shapes = graphs(lambda t: t * 2, sizes)
numbers = [(x, n) for n in (2, 3, 4, 5, 6)]
python_values = graphs(lambda t, n: t * n, numbers)
print("three values of one shape:", values)
print("five shapes:", shapes)
print("five Python numbers:", python_values)
