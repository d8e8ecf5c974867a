# No clearing file of the day at all: nothing is concluded from it.
11-23 10:15 sale r1 100.00
11-24 09:00 quiet
