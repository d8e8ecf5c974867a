# The bank rejects a payout and the acquirer sends it again under the same number: what was said last holds.
11-23 10:00 sale r1 100.00
11-23 clear r1 100.00 fee=0.60
11-24 04:35 payout P20261124001 11-23 99.40 pending
11-24 05:00 answer P20261124001 failed code=AG10 scheme=iso20022_status
11-24 09:00 payout P20261124001 11-23 99.40 claimed created=04:35
11-24 11:00 bank 99.40 text=P20261124001
bank-until 11-24
11-24 06:00 expect payout_failed alarm -99.40 alone
11-24 15:00 quiet
11-24 15:00 money 11-23 expected=99.40 arrived=99.40
