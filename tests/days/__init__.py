"""Days of every kind of source, played on loopback by a clock of our own."""
