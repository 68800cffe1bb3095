"""From what went wrong to a sentence on stderr and an exit code. Never a traceback for what a user can act on."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Final

import click

from socialhub.errors import EXIT_ENVIRONMENT, EXIT_PROBLEMS, SourceError, UserError
from socialhub.i18n import _
from socialhub.text import clean

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
"""As a shell reports SIGINT and SIGPIPE."""


def guarded(work: Callable[[], object], *, debug: bool) -> int:
    """Run `work` and return the exit code; expected failures are told in one sentence (their cause with `debug`)."""
    try:
        result = work()
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return leave_quietly()
    except UserError as error:
        tell(error, debug=debug)
        return error.exit_code
    except SourceError as error:
        tell(UserError(error.reason.sentence()), debug=debug)
        return EXIT_PROBLEMS
    except OSError as error:
        tell(_from_system(error), debug=debug)
        return EXIT_ENVIRONMENT
    return result if isinstance(result, int) else 0


def tell(error: UserError, *, debug: bool = False) -> None:
    """The sentence, the hint below it and, with `debug`, the technical cause."""
    click.echo(clean(error.message), err=True)
    if error.hint:
        click.echo(clean(error.hint), err=True)
    if debug:
        cause = "".join(traceback.format_exception(error.__cause__ or error))
        click.echo(clean(cause), err=True)


def _from_system(error: OSError) -> UserError:
    """What the system refused, with the file where it names one."""
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        told = UserError(_("The system refuses: {reason}.").format(reason=reason))
    else:
        told = UserError(_("{path}: {reason}.").format(path=error.filename, reason=reason))
    told.__cause__ = error
    return told


def leave_quietly() -> int:
    """Whoever read our output has gone: what is still buffered goes nowhere, at exit too. Returns the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return BROKEN_PIPE
