11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed deducted=36.00
11-24 11:00 bank 63.40
bank-until 11-26
11-25 16:00 expect deduction_not_agreed alarm -36.00 alone
