# The acquirer takes a first-swipe deposit as a clearing line of its own; the yearly SIM fee is agreed.
contract agreed=sim:3600:2026-11-23:year
11-23 10:00 sale r1 1000.00
11-23 clear r1 1000.00 fee=6.00
11-23 clear - -299.00 kind=fee
11-23 clear - -36.00 kind=fee
11-24 09:00 payout P20261124001 11-23 659.00 claimed
11-24 11:00 bank 659.00
bank-until 11-26
11-25 16:00 expect deduction_not_agreed alarm -299.00 alone
11-25 16:00 money 11-23 expected=994.00 arrived=659.00 deducted=335.00
