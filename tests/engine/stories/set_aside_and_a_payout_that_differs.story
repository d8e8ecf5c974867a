# The payout is more than what could be read of clearing: the rest may be the line that waits.
set-aside clearings 1
11-23 10:00 sale r1 100.00
11-23 10:05 sale r2 50.00
11-23 clear r1 100.00 fee=0.60
11-24 clear r9 1.00 fee=0.01
11-24 12:00 sale r9 1.00
11-24 09:00 payout P20261124001 11-23 149.10 claimed
11-24 11:00 bank 149.10 text=P20261124001
bank-until 11-26
11-24 20:00 expect payout_over watch 49.70
11-24 20:00 expect missing_in_clearing watch -49.70
11-24 20:00 quiet
11-24 20:00 money 11-23 expected=149.10 arrived=149.10
