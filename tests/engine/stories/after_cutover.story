# 23:00 and later belongs to the next clearing day.
11-23 23:00 sale r1 50.00
11-24 clear r1 50.00 fee=0.30
clear-until 11-25
11-24 20:00 silent
11-24 20:00 money 11-24 expected=49.70 not_due=49.70
