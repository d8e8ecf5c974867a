# The journal holds one payment twice, clearing once: nothing is missing and nothing is owed for the second row.
11-23 10:00 sale r1 100.00 trace=000007
11-23 10:00 sale r1 100.00 trace=000007
11-23 10:30 sale r2 50.00 trace=000008
11-23 clear r1 100.00 fee=0.60
11-23 clear r2 50.00 fee=0.30
clear-until 11-24
11-24 20:00 quiet
11-24 20:00 expect duplicate watch 0
