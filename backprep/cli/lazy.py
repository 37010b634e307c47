"""A group whose commands are imported when one of them is asked for.

Each of them takes `--bank`, as the group itself does.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from backprep.cli.options import bank_option


class LazyGroup(click.Group):
    """Finds its commands in modules named after them, as click's documentation does
    (click.palletsprojects.com/complex, "Lazily Loading Subcommands")."""

    def __init__(self, *args: object, commands_in: Mapping[str, str], **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.commands_in = commands_in
        """From a command's name to `module:attribute`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_in:
            return None
        module, _, attribute = self.commands_in[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        if not isinstance(command, click.Group) and bank_option not in command.params:
            command.params.append(bank_option)
        return command
