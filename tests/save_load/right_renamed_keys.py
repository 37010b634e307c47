"""Other right answers to save_load/renamed_keys."""

import re

import torch

from solutions.save_load.renamed_keys import LoadReport


def cuts_with_a_pattern(model, state):
    """Every cut that is possible is a candidate, and the first that the model has is
    taken. One pattern says what a prefix is; it is harder to read than `startswith`."""
    own, partner = model.state_dict(), {}
    for full in state:
        front = re.match(r"(?:(?:module|_orig_mod)\.)*", full)[0]
        cuts = [m.end() for m in re.finditer(r"\.", front)]
        found = [full[cut:] for cut in [0, *cuts] if full[cut:] in own]
        if found:
            partner[full] = found[0]
    same = {f: n for f, n in partner.items() if state[f].shape == own[n].shape}
    if not same:
        raise ValueError("the file and the model have nothing in common")
    model.load_state_dict({n: state[f] for f, n in same.items()}, strict=False)
    return LoadReport(
        missing=sorted(set(own).difference(partner.values())),
        unexpected=sorted(set(state).difference(partner)),
        mismatched=sorted(set(partner.values()).difference(same.values())),
    )


def copies_the_values_itself(model, state):
    """The tensors of a state dict are the model's own, so `copy_` into them loads. It
    compares all shapes before it writes; hooks of modules that migrate old files, which
    `load_state_dict` calls, are not run."""
    own, names = model.state_dict(), {}
    for full in state:
        name = full
        while name not in own and name.split(".")[0] in ("module", "_orig_mod"):
            name = name[name.index(".") + 1 :]
        names[full] = name
    unexpected = sorted(full for full, name in names.items() if name not in own)
    pairs = [(own[n], state[f], n) for f, n in names.items() if n in own]
    mismatched = sorted(n for mine, theirs, n in pairs if mine.shape != theirs.shape)
    if len(pairs) == len(mismatched):
        raise ValueError("no entry of the file fits the model")
    with torch.no_grad():
        for mine, theirs, name in pairs:
            if name not in mismatched:
                mine.copy_(theirs)
    missing = sorted(own.keys() - names.values())
    return LoadReport(missing, unexpected, mismatched)


def fills_up_and_loads_strictly(model, state):
    """What the file lacks is taken from the model, and the whole is loaded with
    `strict=True`: if the sorting was wrong, PyTorch says so. The values that stay are
    copied onto themselves."""

    def unwrap(name):
        for prefix in ("module.", "_orig_mod."):
            if name not in own and name.startswith(prefix):
                return unwrap(name[len(prefix) :])
        return name

    own = model.state_dict()
    theirs = {unwrap(name): tensor for name, tensor in state.items()}
    both = own.keys() & theirs.keys()
    fits = {name for name in both if own[name].shape == theirs[name].shape}
    if not fits:
        raise ValueError("nothing of the file fits the model")
    model.load_state_dict(own | {name: theirs[name] for name in fits}, strict=True)
    unexpected = sorted(name for name in state if unwrap(name) not in own)
    return LoadReport(sorted(own.keys() - both), unexpected, sorted(both - fits))
