# 22:55 and cleared a day later: normal at the edge of the day. 12:00 and a day later: kept in view, no alarm.
11-23 22:55 sale r1 10.00
11-23 12:00 sale r2 20.00
11-23 12:30 sale r3 30.00
11-23 clear r3 30.00 fee=0.18
11-24 clear r1 10.00 fee=0.06
11-24 clear r2 20.00 fee=0.12
11-24 20:00 quiet
11-24 20:00 expect late_clearing info 0
11-24 20:00 expect late_clearing watch 0
