"""`dataclass` for plain records, made three times as fast: a console makes dozens of them before its first paint.

Type checkers see the `dataclass` of the standard library, and so does everything that is not `frozen`. At run time a
frozen one is compared, hashed and shown by functions that all of them share, instead of compiling own ones for each;
that nobody assigns to its fields is left to the type checker. Making an instance is faster, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, **options: bool) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, always with brackets."""
        if not frozen:
            return dataclasses.dataclass(**options)

        def made(plain: type) -> type:
            record = dataclasses.dataclass(plain, repr=False, eq=False, **options)
            names = [field.name for field in dataclasses.fields(record) if field.compare]
            # Of one name attrgetter gives the bare value, of none it does not exist.
            record._values = attrgetter(*names) if names else _nothing
            record.__eq__, record.__hash__ = _equal, _hash
            if "__repr__" not in plain.__dict__:
                record.__repr__ = _shown
            return record

        return made


def _nothing(record: object) -> tuple[()]:
    return ()


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self.__class__._values
    return self is other or values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(self.__class__._values(self))


def _shown(self: Any) -> str:
    values = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(values)})"
