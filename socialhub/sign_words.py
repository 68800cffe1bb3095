"""Signs of inauthenticity in words, in the interface language. They are reasons to look, never a verdict."""

from __future__ import annotations

from socialhub.i18n import _, ngettext, number
from socialhub.signs import LeftOut, Sign, SignKind, Signs


def signs_text(signs: Signs, *, of_author: bool) -> str:
    """The number in words: "34 of 100"; why there is none; who was left out."""
    told = [_because(signs) if signs.score is None else _("{score} of 100").format(score=signs.score)]
    if not of_author:
        told.append(ngettext("{count} author", "{count} authors", signs.authors).format(count=number(signs.authors)))
        told += left_out_words(signs)
    return " · ".join(told)


def left_out_words(signs: Signs) -> list[str]:
    """Who was not looked at."""
    words = []
    if signs.press:
        said = ngettext("{count} press site left out", "{count} press sites left out", signs.press)
        words.append(said.format(count=number(signs.press)))
    if signs.known:
        said = ngettext("{count} known author left out", "{count} known authors left out", signs.known)
        words.append(said.format(count=number(signs.known)))
    return words


def _because(signs: Signs) -> str:
    if signs.because is LeftOut.PRESS:
        return _("not looked at: press")
    if signs.because is LeftOut.KNOWN:
        return _("not looked at: known")
    return _("too few authors to say")


def sign_text(sign: Sign, *, of_author: bool) -> str:
    """One sign with its counts."""
    return (_of_author if of_author else _of_group)(sign)


def _of_author(sign: Sign) -> str:
    count, of = number(sign.count or 0), number(sign.of)
    match sign.kind:
        case SignKind.YOUNG:
            days = int(sign.detail or 0)
            return ngettext("account {count} day old", "account {count} days old", days).format(count=number(days))
        case SignKind.RATE:
            return _("{count} posts within 24 hours").format(count=count)
        case SignKind.SAME_TEXT:
            return _("{count} of {of} posts repeat their own words").format(count=count, of=of)
        case SignKind.SAME_MINUTE:
            return _("{count} posts within one minute").format(count=count)
        case SignKind.ONE_LINK:
            return _("{count} of {of} posts push {link}").format(count=count, of=of, link=sign.detail)


def _of_group(sign: Sign) -> str:
    count, of = number(sign.count or 0), number(sign.of)
    match sign.kind:
        case SignKind.YOUNG:
            return _("{count} of {of} accounts younger than 90 days").format(count=count, of=of)
        case SignKind.RATE:
            return _("{count} of {of} authors post six times an hour or more").format(count=count, of=of)
        case SignKind.SAME_TEXT:
            return _("{count} of {of} authors in the same words").format(count=count, of=of)
        case SignKind.SAME_MINUTE:
            return _("{count} of {of} authors in the same minute").format(count=count, of=of)
        case SignKind.ONE_LINK:
            return _("{count} of {of} authors push {link}").format(count=count, of=of, link=sign.detail)
