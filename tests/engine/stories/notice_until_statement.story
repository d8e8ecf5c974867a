# A shop that gets notifications only sees its money arrive; when the statement comes, the same money is not counted twice.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 11:00 notice 99.40 text=P20261124001 ref=A1
11-25 02:00 bank 99.40 text=P20261124001 ref=B7
11-24 15:00 quiet
11-24 15:00 money 11-23 expected=99.40 arrived=99.40
11-25 16:00 quiet
11-25 16:00 silent
11-25 16:00 money 11-23 expected=99.40 arrived=99.40
