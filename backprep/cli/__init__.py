"""The command `backprep`: one file a command."""
