11-23 22:59 sale - 128.00 unknown trace=000001
11-23 23:05 reversal - -128.00 trace=000001
11-23 clear - 128.00 trace=000001 fee=0.77 at=22:59
11-24 clear - -128.00 trace=000001 fee=-0.77 kind=reversal at=23:05
clear-until 11-25
11-25 10:00 quiet
