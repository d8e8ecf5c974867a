# One file on a Saturday is an exception; the Saturdays and Sundays without one are not missing.
work-days 11-02 11-13 09:00
11-08 09:00 clear 11-07
11-08 09:00 journal 11-07
11-16 09:20 calm
