11-23 14:20 sale r1 880.00 order=o1
11-23 14:20 order o1 88.00
11-23 clear r1 880.00 fee=5.28
11-23 20:00 expect keyed_amount_suspect alarm 792.00 alone
