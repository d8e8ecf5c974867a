# An intraday report says one batch, the notifications say its two payouts: the same money once. Two real credits stay two.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 11:00 sale r2 100.00
11-24 clear r2 100.00 fee=0.60
11-25 09:00 payout P20261125001 11-23 99.40 claimed
11-25 09:00 payout P20261125002 11-24 99.40 claimed
11-25 11:00 notice 99.40 text=P20261125001
11-25 11:01 notice 99.40 text=P20261125002
11-25 12:00 report 198.80
11-25 15:00 quiet
11-25 15:00 silent
11-25 15:00 money 11-23 expected=99.40 arrived=99.40
11-25 15:00 money 11-24 expected=99.40 arrived=99.40
