# Returned in September, a new order on 10-08 after the holiday: its credit is due that day, and the statement comes a day later.
09-22 10:00 sale r1 100.00
09-22 clear r1 100.00 fee=0.60
09-23 05:00 payout LH20260923001 09-22 99.40 claimed
09-23 11:00 bank 99.40 text=LH20260923001
09-28 10:00 bank -99.40 text=退票LH20260923001
09-29 05:00 payout LH20260923001 09-22 99.40 returned created=09-23T05:00
10-08 05:00 payout LH20261008009 09-22 99.40 claimed replaces=LH20260923001
bank-until 10-07
10-08 09:01 quiet
10-08 15:00 quiet
10-09 09:00 quiet
