# Friday's money is due on Monday: nothing is wrong on Saturday and Sunday.
11-20 12:00 sale r1 50.00
11-20 clear r1 50.00 fee=0.30
11-22 16:00 quiet
11-22 16:00 expect payout_missing info 0
11-22 16:00 money 11-20 expected=49.70 not_due=49.70
