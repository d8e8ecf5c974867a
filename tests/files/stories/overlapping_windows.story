# Two exports share a day.
every-day 11-02 11-08 09:00
11-10 09:05 journal 11-09
11-10 09:05 clear 11-08 11-09
11-11 09:05 journal 11-10
11-11 09:05 clear 11-09 11-10
11-11 12:00 calm
11-11 12:00 quiet
