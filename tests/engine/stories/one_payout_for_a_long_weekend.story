# National Day: three clearing days in one payout on the first working day.
09-30 10:00 sale r1 100.00
09-30 clear r1 100.00 fee=0.60
10-01 10:00 sale r2 200.00
10-01 clear r2 200.00 fee=1.20
10-02 10:00 sale r3 300.00
10-02 clear r3 300.00 fee=1.80
10-08 09:00 payout P20261008001 10-02 596.40 claimed
10-08 11:00 bank 596.40
bank-until 10-10
10-05 12:00 quiet
10-09 16:00 quiet
10-09 16:00 money 09-30 expected=99.40 arrived=99.40
10-09 16:00 money 10-02 expected=298.20 arrived=298.20
