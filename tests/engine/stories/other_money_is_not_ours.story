# Rent, wages and a friend's transfer run over the same account.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed
11-24 08:00 bank -5000.00 from=房东
11-24 10:00 bank 800.00 from=张三
11-24 11:00 bank 99.40
bank-until 11-26
11-25 16:00 silent
