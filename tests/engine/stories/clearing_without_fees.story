# The network's file names no fee; the contract does, and the payout is what the contract gives.
contract rate=60
clear-until 11-24
11-23 10:15 sale r1 100.00
11-23 clear r1 100.00
11-24 09:00 payout P1 11-23 99.40 claimed
11-24 10:00 bank 99.40 text=P1
bank-until 11-25
11-25 16:00 silent
11-25 16:00 money 11-23 expected=99.40 arrived=99.40
