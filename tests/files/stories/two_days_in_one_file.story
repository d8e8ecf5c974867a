# After a pause the acquirer sends one file with the lines of two days, named after the second.
every-day 11-02 11-09 09:00
11-11 09:05 journal 11-10
11-12 09:05 journal 11-11
11-12 09:10 clear 11-10 11-11
11-12 12:00 calm
11-12 12:00 quiet
