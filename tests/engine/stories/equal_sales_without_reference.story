# No number at all on the clearing side; both sides hold two equal rows, so any pairing moves the same money.
11-23 09:00:05 sale - 18.00
11-23 09:00:40 sale - 18.00
11-23 clear - 18.00 fee=0.11 at=09:00:05
11-23 clear - 18.00 fee=0.11 at=09:00:41
11-23 20:00 silent
