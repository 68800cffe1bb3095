"""One script per figure, each beside its own baseline in the same run; JSON on stdout."""
