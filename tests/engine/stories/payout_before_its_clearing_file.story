# The acquirer paid, the bank shows it, and the clearing file of that day is not here yet: nothing is too much.
contract rate=60
clear-until 11-22
11-22 10:15 sale r1 100.00
11-22 clear r1 100.00 fee=0.60
11-23 09:00 payout P1 11-22 99.40 claimed
11-23 10:00 bank 99.40 text=P1
11-24 09:00 payout P2 11-23 49.70 claimed
11-24 10:00 bank 49.70 text=P2
bank-until 11-25
11-25 16:00 quiet
11-25 16:00 expect payout_over watch 49.70
11-25 16:00 money 11-23 arrived=49.70
