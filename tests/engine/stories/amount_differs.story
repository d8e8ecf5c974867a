11-23 10:00 sale r1 100.00
11-23 clear r1 1000.00 fee=6.00
11-23 20:00 expect amount_mismatch alarm 900.00
