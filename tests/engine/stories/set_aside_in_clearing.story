# A clearing line that nobody could read yet is not a payment that did not clear: watched, and its money is unexplained.
set-aside clearings 1
11-23 10:15 sale r1 100.00
11-23 11:15 sale r2 80.00
11-23 clear r2 80.00 fee=0.48
11-24 clear r9 1.00 fee=0.01
11-24 12:00 sale r9 1.00
11-24 09:00 payout P20261124001 11-23 79.52 claimed
11-24 11:00 bank 79.52 text=P20261124001
bank-until 11-28
11-24 20:00 expect missing_in_clearing watch -99.40
11-24 20:00 quiet
11-24 20:00 money 11-23 expected=178.92 arrived=79.52 unexplained=99.40
11-28 20:00 expect missing_in_clearing watch -99.40
