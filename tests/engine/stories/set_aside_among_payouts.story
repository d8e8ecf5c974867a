# Tuesday's order is listed, Monday's is not, and a line of the list waits: the missing order may be that line.
set-aside payouts 1
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 10:00 sale r2 100.00
11-24 clear r2 100.00 fee=0.60
11-25 09:00 payout P20261125001 11-24 99.40 claimed
11-25 11:00 bank 99.40 text=P20261125001
bank-until 11-25
11-25 16:00 expect payout_missing watch -99.40
11-25 16:00 quiet
11-25 16:00 money 11-23 expected=99.40 unexplained=99.40
11-25 16:00 money 11-24 expected=99.40 arrived=99.40
