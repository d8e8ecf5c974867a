# No answer at the till, no reversal, and clearing has it: the customer is charged.
11-23 18:32 sale - 128.00 unknown trace=000007
11-23 clear r7 128.00 trace=000007 fee=0.77
clear-until 11-24
11-24 20:00 expect outcome_unknown alarm 128.00 alone
