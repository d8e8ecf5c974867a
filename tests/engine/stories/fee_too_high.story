11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.68
11-23 20:00 expect fee_mismatch alarm -0.08 alone
11-23 20:00 money 11-23 expected=99.40 missing=0.08 not_due=99.32
