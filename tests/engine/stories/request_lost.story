# No answer at the till and complete clearing does not have it: not charged.
11-23 18:32 sale - 128.00 unknown trace=000007
clear-until 11-24
11-24 20:00 quiet
11-24 20:00 expect outcome_unknown info 0
