# Two equal sales, one clearing line without a number: which one is missing is not guessed.
11-23 09:00:05 sale - 18.00
11-23 09:00:40 sale - 18.00
11-23 clear - 18.00 fee=0.11 at=09:00:20
clear-until 11-24
11-24 20:00 expect missing_in_journal alarm 17.89
