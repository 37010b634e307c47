"""A PyTorch interview question bank whose answers run."""

__version__ = "0.1.0"
