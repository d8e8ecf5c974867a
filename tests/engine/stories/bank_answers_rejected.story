# The acquirer says it is on its way; the bank's status report says it was rejected. Later answers about other payouts change nothing.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 04:35 payout P20261124001 11-23 99.40 pending
11-24 09:02 answer P20261124001 failed code=AC04 scheme=iso20022_status reason=账户已销户
11-24 09:30 answer P20269999999 failed code=AC01 scheme=iso20022_status
bank-until 11-24
11-24 08:00 quiet
11-24 10:00 expect payout_failed alarm -99.40 alone
11-24 10:00 money 11-23 expected=99.40 missing=99.40
