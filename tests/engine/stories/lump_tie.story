# One credit for five payouts, 99.40 short; two of them are of 99.40, so which was left out is not decided.
11-16 10:00 sale r1 100.00
11-16 clear r1 100.00 fee=0.60
11-17 10:00 sale r2 100.00
11-17 clear r2 100.00 fee=0.60
11-18 10:00 sale r3 300.00
11-18 clear r3 300.00 fee=1.80
11-19 10:00 sale r4 450.00
11-19 clear r4 450.00 fee=2.70
11-20 10:00 sale r5 700.00
11-20 clear r5 700.00 fee=4.20
11-23 09:00 payout P20261123001 11-16 99.40 claimed
11-23 09:00 payout P20261123002 11-17 99.40 claimed
11-23 09:00 payout P20261123003 11-18 298.20 claimed
11-23 09:00 payout P20261123004 11-19 447.30 claimed
11-23 09:00 payout P20261123005 11-20 695.80 claimed
11-23 11:00 bank 1540.70
bank-until 11-26
11-25 16:00 expect credit_short alarm -99.40 alone
11-25 16:00 money 11-16 expected=99.40 unexplained=99.40
11-25 16:00 money 11-17 expected=99.40 unexplained=99.40
11-25 16:00 money 11-18 expected=298.20 arrived=298.20
