# Both sides hold the payment twice: it was charged twice as far as anybody knows, and no row of it is left over.
11-23 10:00 sale r1 100.00 trace=000007
11-23 10:00 sale r1 100.00 trace=000007
11-23 clear r1 100.00 fee=0.60
11-23 clear r1 100.00 fee=0.60
clear-until 11-24
11-24 20:00 quiet
