account tail=6688 to=11-20
account tail=7799 from=11-21
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 09:00 payout P20261124001 11-23 99.40 claimed tail=6688
11-24 11:00 bank 99.40 tail=6688
bank-until 11-26
11-25 16:00 expect credit_to_other_account alarm 0 alone
