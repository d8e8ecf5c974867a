# The acquirer claims the payout and the statement lacks it, but a line of the statement waits to be corrected.
set-aside bank_entries 1
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
bank-until 11-26
11-25 16:00 expect credit_missing watch -99.40
11-25 16:00 quiet
11-25 16:00 money 11-23 expected=99.40 unexplained=99.40
