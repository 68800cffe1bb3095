"""A query as an SQL condition over names that the store owns. Runs nothing itself."""

from typing import Final

FTS_TOKENIZE: Final = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Cn Co Cs'"
"""The tokenizer of the table `fts`, which splits at blanks only: it indexes the words that our own fold has made."""
