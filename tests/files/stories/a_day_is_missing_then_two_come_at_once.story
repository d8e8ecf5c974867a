# Nothing comes for a day; the day after, both files come together, as two files.
every-day 11-02 11-09 09:00
11-11 08:00 calm
11-11 14:00 expect file_late watch 11-10
11-12 15:00 expect file_late alarm 11-10
11-12 15:30 clear 11-10
11-12 15:30 clear 11-11
11-12 15:30 journal 11-10
11-12 15:30 journal 11-11
11-12 16:00 calm
11-12 16:00 quiet
