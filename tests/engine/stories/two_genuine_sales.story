# Two coffees at one price within a minute, two orders: two sales, nothing doubled.
11-23 09:00:05 sale - 18.00 trace=000001 order=a1
11-23 09:00:40 sale - 18.00 trace=000002 order=a2
11-23 09:00 order a1 18.00
11-23 09:00 order a2 18.00
11-23 clear - 18.00 trace=000001 fee=0.11 at=09:00:05
11-23 clear - 18.00 trace=000002 fee=0.11 at=09:00:40
11-23 20:00 silent
