# 22:59 sale, 23:05 reversal: one clearing day sees the sale, the next its reversal.
11-23 22:59 sale - 128.00 unknown trace=000001
11-23 23:05 reversal - -128.00 trace=000001
11-23 clear - 128.00 trace=000001 fee=0.77 at=22:59
11-24 01:00 quiet
