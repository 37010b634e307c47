"""Practice in a notebook: magics for IPython, and notebooks to start from."""
