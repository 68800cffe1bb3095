"""Where mentions come from. `create` chooses a source by its kind and imports only that one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from socialhub import __version__

if TYPE_CHECKING:
    from socialhub.sources.base import Source, SourceContext, SourceFactory
    from socialhub.sources.settings import SourceSettings


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe: a kind of the house has a module of its name with a `create`."""
    module, _colon, function = (settings.factory or f"socialhub.sources.{settings.kind}:create").partition(":")
    factory: SourceFactory = getattr(import_module(module), function)
    return factory(settings, context)


def user_agent(contact: str) -> str:
    """How the program names itself to servers, with whom to write to."""
    return f"socialhub/{__version__} (+{contact})" if contact else f"socialhub/{__version__}"
