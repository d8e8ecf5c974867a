# The contract with the acquirer ended; a person says that nothing is to be waited for.
every-day 11-02 11-09 09:00
plan clearings none
plan transactions none
11-20 12:00 calm
