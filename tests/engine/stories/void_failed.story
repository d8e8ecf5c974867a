# The void is in the journal, clearing only has the sale: the customer paid for nothing.
11-23 10:00 sale r1 100.00 voided trace=000001
11-23 10:05 void r2 -100.00 trace=000002 original=000001
11-23 clear r1 100.00 fee=0.60
clear-until 11-24
11-24 20:00 expect status_mismatch alarm 99.40 alone
