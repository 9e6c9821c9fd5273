"""THE RULES. Plain values in, plain values out: no clock, no database, no web; standard library only."""
