# No payout file from this acquirer at all: the statement alone proves the day.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 11:00 bank 99.40
bank-until 11-26
11-25 16:00 silent
11-25 16:00 money 11-23 expected=99.40 arrived=99.40
