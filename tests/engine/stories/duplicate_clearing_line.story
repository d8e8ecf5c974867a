11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-23 clear r1 100.00 fee=0.60 network=again
clear-until 11-24
11-24 20:00 expect duplicate alarm 99.40 alone
