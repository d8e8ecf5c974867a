# Balances meet although nothing moved on some days: nothing is missing.
11-03 09:00 bank 11-02 100.00 150.00
11-06 09:00 bank 11-05 150.00 90.00
11-10 09:00 bank 11-09 90.00 95.00
11-10 12:00 calm
