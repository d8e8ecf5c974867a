# The balance moved between two statements, and no statement shows how.
11-03 09:00 bank 11-02 100.00 150.00
11-06 09:00 bank 11-05 170.00 90.00
11-06 12:00 expect file_missing watch 11-03
11-06 13:00 bank 11-04 150.00 170.00
11-06 14:00 calm
