# A source that sends on working days: Friday's file comes on Monday, and nobody is told anything on Sunday.
work-days 11-02 11-12 09:00
11-14 12:00 calm
11-15 18:00 calm
11-16 09:04 clear 11-13
11-16 09:04 journal 11-13
11-16 12:00 calm
11-16 12:00 quiet
