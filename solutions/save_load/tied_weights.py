"""A state dict maps names to the live tensors, and two names may share one of them.

`parameters` counts objects, a state dict counts names, and a file keeps what was
shared. Loading copies into what is there, so the ties of the model stay; assigning
puts in what the dict holds, so only the ties of the dict are left.
"""

PREDICTIONS: dict[str, object] = {
    "parameters": 1,
    "entries": 3,
    "state_after_an_edit": 1.0,
    "other_entry_of_the_file": 5.0,
    "embed_after_two_values": 3.0,
    "tied_after_loading": True,
    "tied_after_assign": False,
    "missing": 2,
    "unexpected": 1,
    "head_after_partial": 7.0,
    "cache_after_partial": 0.0,
}
