"""The demonstration: two days in the life of *Mandarine Télécom*, an operator that does not exist, told from a seed.

`generator.generate` tells the lines, `scenario.write_files` lays them into files with a configuration that plays
them, `history.tell_history` and `seed.seed_history` make the 28 days before, `story.PLANTED` says what to find.
Nothing here may name a real brand, person or post, and nothing else of socialhub but the command line imports it.
"""
