# The next clearing day is not here yet: a watch that names what it waits for.
11-23 10:15 sale r1 100.00
11-23 11:15 sale r2 80.00
11-23 clear r2 80.00 fee=0.48
11-24 09:00 quiet
11-24 09:00 expect missing_in_clearing watch -99.40
