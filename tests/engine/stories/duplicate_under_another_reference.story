# The acquirer clears one order twice; the second line carries a reference of its own.
11-23 10:15 sale r1 100.00 order=o1
11-23 11:15 sale r2 50.00 order=o2
11-23 clear r1 100.00 fee=0.60 order=o1
11-23 clear r2 50.00 fee=0.30 order=o2
11-23 clear r9 100.00 fee=0.60 order=o1
11-25 16:00 expect duplicate alarm 99.40
