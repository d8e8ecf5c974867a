11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 04:35 payout P20261124001 11-23 99.40 failed reason=账号户名不符
11-24 08:00 expect payout_failed alarm -99.40 alone
11-24 08:00 money 11-23 expected=99.40 missing=99.40
