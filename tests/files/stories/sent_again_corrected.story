# The acquirer sends a day again because an amount was wrong: the second file holds, the first one's line is withdrawn.
every-day 11-02 11-09 09:00
11-11 09:05 journal 11-10
11-11 09:05 clear 11-10 wrong
11-11 10:00 expect amount_mismatch alarm 11-10
11-11 15:00 clear 11-10
11-11 16:00 calm
11-11 16:00 quiet
11-11 10:00 expect amount_mismatch alarm 11-10      # as it was known then
