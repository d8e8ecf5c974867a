# Time-out, swiped again, both cleared, one order.
11-23 12:15:10 sale - 88.00 unknown trace=000001 order=o1 tail=1234
11-23 12:15:50 sale r2 88.00 trace=000002 order=o1 tail=1234
11-23 12:15 order o1 88.00
11-23 clear r1 88.00 trace=000001 fee=0.53
11-23 clear r2 88.00 trace=000002 fee=0.53
clear-until 11-24
11-24 20:00 expect duplicate alarm 88.00 alone
