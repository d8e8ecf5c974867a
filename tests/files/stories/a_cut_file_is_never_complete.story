# The file of a day is cut. The payment that is not in it is not missing: nobody can know. The whole file comes later.
every-day 11-02 11-09 09:00
11-11 09:05 journal 11-10
11-11 09:05 clear 11-10 cut
11-11 12:00 expect file_contradicts_itself watch 11-10
11-11 12:00 quiet
11-12 09:05 journal 11-11
11-12 09:05 clear 11-11
11-12 12:00 quiet
11-12 15:00 clear 11-10
11-12 16:00 calm
11-12 16:00 quiet
