11-23 10:00 sale r1 520.00
11-23 clear r1 520.00 fee=3.12
11-24 09:00 payout P20261124001 11-23 516.88 claimed held=380.00 reason=风控止付
11-24 11:00 bank 136.88
bank-until 11-26
11-25 16:00 expect payout_held alarm -380.00 alone
11-25 16:00 money 11-23 expected=516.88 arrived=136.88 held=380.00
