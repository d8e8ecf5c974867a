# Claimed, but the statement does not have it: late at first, said after the next working day.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
bank-until 11-26
11-24 16:00 quiet
11-25 16:00 expect credit_missing alarm -99.40 alone
11-25 16:00 money 11-23 expected=99.40 missing=99.40
