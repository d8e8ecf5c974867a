# Sold on Monday, cleared, paid and on the statement on Tuesday.
11-23 10:15 sale r1 100.00 trace=000001
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 11:00 bank 99.40 text=P20261124001
11-23 20:00 silent
11-24 10:00 silent
11-25 16:00 silent
11-25 16:00 money 11-23 expected=99.40 arrived=99.40
