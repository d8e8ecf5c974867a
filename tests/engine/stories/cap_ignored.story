contract rate=60 cap=20.00 card=debit
contract rate=60 card=credit
11-23 10:00 sale r1 10000.00 card=debit
11-23 11:00 sale r2 10000.00 card=credit
11-23 clear r1 10000.00 fee=60.00 card=debit
11-23 clear r2 10000.00 fee=60.00 card=credit
11-23 20:00 expect fee_mismatch alarm -40.00 alone
