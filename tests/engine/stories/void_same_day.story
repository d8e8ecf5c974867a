# A void takes its sale back the same day; clearing has neither, or both. Nobody is short.
11-23 10:00 sale r1 100.00 voided trace=000001
11-23 10:05 void r2 -100.00 trace=000002 original=000001
11-23 11:00 sale r3 50.00 trace=000003
11-23 12:00 sale r4 70.00 voided trace=000004
11-23 12:05 void r5 -70.00 trace=000005 original=000004
11-23 clear r3 50.00 fee=0.30
11-23 clear r4 70.00 fee=0.42
11-23 clear r5 -70.00 fee=-0.42 kind=void
clear-until 11-24
11-24 10:00 silent
