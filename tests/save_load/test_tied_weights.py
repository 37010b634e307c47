from backprep.testing import agree, complete, prompt_says
from solutions.save_load.tied_weights import PREDICTIONS

QUESTION = "save_load/tied_weights"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it."
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says('print("parameters", len(list(model.parameters())))')
def test_counts_the_parameters():
    """The optimizer is handed these. Should it be handed one tensor twice?"""
    agree(PREDICTIONS, QUESTION, "parameters")


@prompt_says('print("entries", len(state))')
def test_counts_the_entries_of_the_state():
    """Go through the five attributes: which have a name there, and how many have
    two?"""
    agree(PREDICTIONS, QUESTION, "entries")


@prompt_says('print("state_after_an_edit", state["head.weight"][0, 0])')
def test_says_what_a_state_dict_refers_to():
    """The edit went to another name, and came after the dict. Whose memory is in it?"""
    agree(PREDICTIONS, QUESTION, "state_after_an_edit")


@prompt_says('print("other_entry_of_the_file", loaded["head.weight"][0, 0])')
def test_says_what_a_file_keeps_of_the_tie():
    """Does `torch.save` write tensors one by one, or the memory that they stand in?"""
    agree(PREDICTIONS, QUESTION, "other_entry_of_the_file")


@prompt_says('print("embed_after_two_values", model.embed.weight[0, 0])')
def test_says_which_of_two_values_stays():
    """Two copies are made into one place. Which of them is made last?"""
    agree(PREDICTIONS, QUESTION, "embed_after_two_values")


@prompt_says('print("tied_after_loading", model.head.weight is model.embed.weight)')
def test_says_whether_loading_unties():
    """What does loading replace in the model, the values or the parameters?"""
    agree(PREDICTIONS, QUESTION, "tied_after_loading")


@prompt_says("assigned.load_state_dict(halves, assign=True)")
def test_says_whether_assigning_unties():
    """What stands under each of the two names afterwards, and where is it from?"""
    agree(PREDICTIONS, QUESTION, "tied_after_assign")


@prompt_says("result = partial.load_state_dict(sevens, strict=False)")
def test_counts_what_had_no_partner():
    """Compare the names of the two dicts. Which names does the model's own one have?"""
    agree(PREDICTIONS, QUESTION, "missing", "unexpected")


@prompt_says(
    'print("head_after_partial", partial.head.weight[0, 0]) '
    'print("cache_after_partial", partial.cache[0])'
)
def test_says_what_was_loaded_all_the_same():
    """One is reported as missing and one as unexpected. What became of their values?"""
    agree(PREDICTIONS, QUESTION, "head_after_partial", "cache_after_partial")
