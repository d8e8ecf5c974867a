# A line of the journal waits to be corrected: a clearing line without a terminal record may be that payment.
set-aside transactions 2
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-23 clear r7 20.00 fee=0.12 at=09:30
11-23 20:00 expect missing_in_journal watch 19.88
11-23 20:00 quiet
