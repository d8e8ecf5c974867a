# Monday 23:30 is Tuesday's clearing day. Tuesday's clearing is here, Tuesday's journal is not: nothing is concluded.
11-23 10:00 sale r0 10.00
11-23 23:30 sale r1 50.00
11-23 clear r0 10.00 fee=0.06
11-24 clear r1 50.00 fee=0.30 at=11-23T23:30
11-24 clear r2 70.00 fee=0.42 at=10:00
11-25 09:00 quiet
