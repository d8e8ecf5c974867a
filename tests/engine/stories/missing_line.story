# One of two sales is not in clearing: wait for the next clearing day, then say it, net of the fee.
11-23 10:15 sale r1 100.00
11-23 11:15 sale r2 80.00
11-23 clear r2 80.00 fee=0.48
11-24 clear r9 1.00 fee=0.01
11-24 12:00 sale r9 1.00
11-23 23:30 quiet
11-24 20:00 expect missing_in_clearing alarm -99.40 alone
11-24 20:00 money 11-23 expected=178.92 missing=99.40
