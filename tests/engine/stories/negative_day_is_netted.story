11-23 10:00 refund r1 -100.00
11-23 clear r1 -100.00 fee=-0.60
11-24 10:00 sale r2 300.00
11-24 clear r2 300.00 fee=1.80
11-25 09:00 payout P20261125001 11-24 198.80 claimed
11-25 11:00 bank 198.80
bank-until 11-27
11-24 16:00 quiet
11-26 16:00 silent
11-26 16:00 money 11-23 expected=-99.40 arrived=-99.40
11-26 16:00 money 11-24 expected=298.20 arrived=298.20
