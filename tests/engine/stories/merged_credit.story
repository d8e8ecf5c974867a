# One line on the statement, no text, for two payouts of the day.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-20 10:00 sale r0 50.00
11-20 clear r0 50.00 fee=0.30
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 09:00 payout P20261124000 11-20 49.70 claimed
11-24 11:00 bank 149.10
11-24 11:00 bank 149.20 from=房东
bank-until 11-26
11-25 16:00 silent
