11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 09:30 payout P20261124002 11-23 99.40 claimed
11-24 11:00 bank 99.40 text=P20261124001
11-24 11:30 bank 99.40 text=P20261124002
bank-until 11-26
11-25 16:00 expect payout_duplicate alarm 99.40 alone
11-25 16:00 money 11-23 expected=99.40 arrived=198.80 missing=-99.40
