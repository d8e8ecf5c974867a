# Reference numbers come back the next day on the same terminal; the right day wins, and no difference is invented.
11-23 10:00 sale r1 100.00
11-24 10:00 sale r1 60.00
11-23 clear r1 100.00 fee=0.60
11-24 clear r1 60.00 fee=0.36
11-24 13:00 silent
