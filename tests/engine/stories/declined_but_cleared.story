# The terminal said no, the acquirer cleared it all the same.
11-23 10:15 sale r1 100.00 declined
11-23 clear r1 100.00 fee=0.60
clear-until 11-25
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 11:00 bank 99.40
11-25 16:00 expect status_mismatch alarm 99.40 alone
