# Four small days under a minimum of 100: nothing is wrong until the sum reaches it.
contract minimum=100.00
11-23 10:00 sale r1 30.00
11-23 clear r1 30.00 fee=0.18
11-24 10:00 sale r2 30.00
11-24 clear r2 30.00 fee=0.18
bank-until 11-26
11-26 16:00 quiet
11-26 16:00 money 11-24 expected=29.82 not_due=29.82
