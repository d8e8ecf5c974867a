11-23 14:20 sale r1 88.00 order=o1
11-23 15:20 refund r2 -20.00 order=o1
11-23 14:20 order o1 88.00
11-23 clear r1 88.00 fee=0.53
11-23 clear r2 -20.00 fee=-0.12
11-23 20:00 silent
