"""Import what every verdict needs, before there is an order."""

from __future__ import annotations

import contextlib
import gc
import io
import os


def preload() -> None:
    """Import what every verdict needs, and keep it out of later collections."""
    # the checks' own plugins are all that a verdict loads
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import numpy.random  # noqa: F401
    import pytest
    import torch.testing
    import torch.utils.data  # noqa: F401

    from backprep.judge import runner

    # pytest imports its parts when it first reads its options
    with contextlib.redirect_stderr(io.StringIO()):
        # it says that it finds no checks
        pytest.main([*runner.OPTIONS, "-c", runner.NOTHING, runner.NOTHING])
    runner.prepare()
    gc.collect()
    gc.freeze()
