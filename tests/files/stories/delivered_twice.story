# The same file twice, and the same lines in a second file under the day's name: nothing counts twice.
every-day 11-02 11-09 09:00
11-11 09:05 journal 11-10
11-11 09:05 clear 11-10
11-11 09:40 clear 11-10
11-11 12:00 calm
11-11 12:00 quiet
