# A later file came and this one did not: it is missing, and nothing is concluded from the absence of its lines.
every-day 11-02 11-09 09:00
11-11 09:05 journal 11-10
11-12 09:05 journal 11-11
11-12 09:10 clear 11-11
11-12 14:00 expect file_missing alarm 11-10
11-13 08:00 clear 11-10
11-13 08:30 calm
11-13 08:30 quiet
