# Claimed, and the statement of the day never came: cannot judge.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
bank-until 11-23
11-26 16:00 quiet
11-26 16:00 expect credit_missing watch -99.40
11-26 16:00 money 11-23 expected=99.40 unexplained=99.40
