11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-23 clear r8 100.00 fee=0.60 currency=USD kind=adjustment
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 11:00 bank 99.40
bank-until 11-26
# the dollar day waits for dollars: no yuan credit may close it
11-25 16:00 expect payout_missing alarm -99.40 alone
