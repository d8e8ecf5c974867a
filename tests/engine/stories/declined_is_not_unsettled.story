# A declined sale never was a settlement.
11-23 10:15 sale r1 100.00 declined
11-23 11:15 sale r2 80.00
11-23 clear r2 80.00 fee=0.48
clear-until 11-25
11-24 09:00 payout P20261124001 11-23 79.52 claimed
11-24 11:00 bank 79.52
11-25 16:00 silent
