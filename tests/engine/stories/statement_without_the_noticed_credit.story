# A notification said it, the statement of that day does not: the statement is right, and the payout is missing.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 11:00 notice 99.40 text=P20261124001
bank-until 11-25
11-25 16:00 expect credit_missing alarm -99.40
11-25 16:00 money 11-23 expected=99.40 missing=99.40
