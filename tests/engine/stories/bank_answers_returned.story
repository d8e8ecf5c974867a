# Claimed and credited, then the bank's return message: the money went back. Paid again under a new number.
11-16 10:00 sale r1 100.00
11-16 clear r1 100.00 fee=0.60
11-17 09:00 payout P20261117001 11-16 99.40 claimed
11-17 08:30 answer P20261117001 claimed
11-17 11:00 bank 99.40 text=P20261117001
11-20 10:00 bank -99.40 text=退票P20261117001
11-20 12:00 answer P20261117001 returned code=AC04 scheme=iso20022_return
11-24 10:00 payout P20261124009 11-16 99.40 claimed replaces=P20261117001
11-24 11:00 bank 99.40 text=P20261124009
bank-until 11-26
11-18 10:00 silent
11-23 10:00 expect payout_returned alarm -99.40 alone
11-23 10:00 money 11-16 expected=99.40 returned=99.40
11-25 10:00 quiet
11-25 10:00 money 11-16 expected=99.40 arrived=99.40
