"""Near misses of save_load/what_pickle_runs."""

import copy
import pickle
from typing import ClassVar

import torch

from backprep.testing import fails
from solutions.save_load.what_pickle_runs import PREDICTIONS as RIGHT


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_what_can_be_known_without_loading",
)
class leaves_a_line_open:
    """The names in a file are what an interviewer asks for next."""

    PREDICTIONS: ClassVar = {name: RIGHT[name] for name in RIGHT if name != "named"}


@fails(
    "test_says_when_a_pickle_runs_and_what_is_left_of_it",
    "test_a_payload_calls_its_function_when_it_is_loaded",
)
class thinks_that_saving_makes_the_call:
    """Then the author of the file would be hit, and not its reader. Saving asks for
    function and arguments, and writes them down."""

    PREDICTIONS = RIGHT | {"ran_while_saving": True, "ran_while_loading": False}

    def calls_when_loaded(function, *arguments):
        class Call:
            def __reduce__(self):
                return copy.copy, (function(*arguments),)

        return Call()


class _Later:
    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments

    def __setstate__(self, state):
        state["function"](*state["arguments"])


@fails(
    "test_says_when_a_pickle_runs_and_what_is_left_of_it",
    "test_a_payload_calls_its_function_when_it_is_loaded",
)
class thinks_that_the_payload_comes_back:
    """Its class is not in the file and need not be known to the reader: what stands
    there is what the function returned, and nothing looks odd."""

    PREDICTIONS = RIGHT | {"type_of_the_note": "Payload"}

    def calls_when_loaded(function, *arguments):
        return _Later(function, arguments)


@fails("test_says_what_is_refused_and_when")
class thinks_that_the_refusal_comes_too_late:
    """Names are looked up before they are called. If it were otherwise, the default
    would be no protection."""

    PREDICTIONS = RIGHT | {"ran_before_it_was_refused": True}


@fails("test_says_what_is_refused_and_when")
class takes_a_refusal_for_a_finding:
    """Nothing searches for evil: what is not on a short list is refused, be it a layer
    of PyTorch. Whoever thinks otherwise turns the check off after a false alarm."""

    PREDICTIONS = RIGHT | {"plain_layer_refused": False}


@fails("test_says_what_an_allowance_is", "test_loads_what_is_allowed")
class thinks_that_only_classes_can_be_allowed:
    """A function on the list is called with any arguments that the file names, so
    nobody who thinks so looks twice at what they add."""

    PREDICTIONS = RIGHT | {"refused_when_allowed": True, "ran_when_allowed": False}

    def load_allowing(path, allowed):
        before = torch.serialization.get_safe_globals()
        classes = [item for item in allowed if isinstance(item, type)]
        new = [item for item in classes if item not in before]
        with torch.serialization.safe_globals(new):
            return torch.load(path, weights_only=True)


@fails("test_says_what_can_be_known_without_loading")
class thinks_that_listing_loads:
    """The names are read from the instructions, none of which is followed: one can look
    into a file that one does not trust."""

    PREDICTIONS = RIGHT | {"ran_while_listing": True}


@fails("test_says_whether_an_error_undoes_anything")
class thinks_that_an_error_undoes_it:
    """A file that cannot be loaded has done its work all the same."""

    PREDICTIONS = RIGHT | {"ran_although_loading_failed": False}


@fails("test_refuses_anything_else")
class falls_back_to_trusting_the_file:
    """The check is for files that ask for more, and it is off for just these."""

    def load_allowing(path, allowed):
        before = torch.serialization.get_safe_globals()
        new = [item for item in allowed if item not in before]
        try:
            with torch.serialization.safe_globals(new):
                return torch.load(path, weights_only=True)
        except pickle.UnpicklingError:
            return torch.load(path, weights_only=False)


@fails("test_refuses_anything_else")
class lists_the_names_and_trusts_the_rest:
    """A list of names is no check: a loader without limits also follows what is not on
    it, and what PyTorch refuses in any case."""

    def load_allowing(path, allowed):
        before = torch.serialization.get_safe_globals()
        new = [item for item in allowed if item not in before]
        with torch.serialization.safe_globals(new):
            names = torch.serialization.get_unsafe_globals_in_checkpoint(path)
        asked = {name.rpartition(".")[2] for name in names}
        if asked - {item.__name__ for item in allowed}:
            raise pickle.UnpicklingError(f"the file asks for {names}")
        return torch.load(path, weights_only=False)


@fails("test_allows_it_for_one_call")
class allows_it_for_good:
    """Every file that the process loads from then on may use it as well."""

    def load_allowing(path, allowed):
        torch.serialization.add_safe_globals(allowed)
        return torch.load(path, weights_only=True)


@fails("test_allows_it_for_one_call")
class leaves_the_cleaning_to_the_context:
    """On its way out `safe_globals` removes what it was given, even if it was allowed
    before: a file that loaded an hour ago is refused."""

    def load_allowing(path, allowed):
        with torch.serialization.safe_globals(allowed):
            return torch.load(path, weights_only=True)
