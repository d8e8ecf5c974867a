# The 99 causes: name, what to do, what to have at hand, what proves that it is over

cause-no-documents = No documents needed

cause-d001-name = Settlement account number not valid
cause-d001-fix = Compare the number digit by digit with the bank's own proof (check digit, issuer prefix, length), file a change of settlement account, let a one-cent test credit arrive, then ask for the payout to be issued again.
cause-d001-documents = Both sides of the settlement card or the account opening proof; identity card of the legal representative; change form
cause-d001-verify = The test credit arrived; the new payout is linked to the old one, for the same amount, and stands in the bank statement.

cause-d002-name = Holder name differs from the bank's record
cause-d002-fix = Compare the name with the bank's account information character by character (bracket width, typing errors, a change of name); a typing error is a change of details, a new legal entity needs a new application; then re-issue.
cause-d002-documents = Account opening proof or photo of the card; business licence; proof of a change of name
cause-d002-verify = The name check passes and the re-issued payout stands in the bank statement.

cause-d003-name = Bank or branch code wrong
cause-d003-fix = Take the branch name and its clearing number from the account opening permit, have them corrected, then re-issue.
cause-d003-documents = Account opening permit or basic account information
cause-d003-verify = The corrected payout succeeded and stands in the bank statement.

cause-d004-name = Corporate or personal flag, or account type, does not fit
cause-d004-fix = Establish whether the account is corporate or personal and takes this currency; have the acquirer correct the account type, then re-issue.
cause-d004-documents = Account opening proof
cause-d004-verify = The corrected payout succeeded and stands in the bank statement.

cause-d005-name = Receiving account frozen, reported missing or restricted
cause-d005-fix = Ask the bank, with identification, why the account is restricted and what lifts it; if that takes long, change to another account of the same person or company.
cause-d005-documents = Identity card or business licence; bank card; proof of business
cause-d005-verify = The bank confirms that the account takes credits, and the re-issued payout arrived.

cause-d006-name = Receiving account closed
cause-d006-fix = Open or choose another account of the merchant, file the change, verify it, then ask for the payout to be made up.
cause-d006-documents = Proof of the new account; identity card of the legal representative; change form
cause-d006-verify = The new account is verified and the payout arrived.

cause-d007-name = Receiving limit of the account exceeded (class II account, for example)
cause-d007-fix = Use a class I account; until then re-issue the next day when the limit is fresh, and do not repeat on the same day.
cause-d007-documents = A class I debit card
cause-d007-verify = A credit on the class I account, and three days without the same failure.

cause-d008-name = Receiving account dormant, not activated or in an abnormal state
cause-d008-fix = The holder activates the account or completes its data at the bank; if that is not possible, change the account.
cause-d008-documents = Identity card; bank card
cause-d008-verify = A test credit by the bank succeeded and the re-issued payout arrived.

cause-d009-name = Identity or reserved phone number did not pass verification
cause-d009-fix = Bring identity number and reserved phone number in line with the bank's record; send payouts to one account one after another, since two in the same second may lock it.
cause-d009-documents = Identity card; proof of the reserved phone number
cause-d009-verify = The payout after the update succeeded and stands in the bank statement.

cause-d010-name = Card not enabled for electronic payments
cause-d010-fix = The holder enables it by online banking, at the counter or with UnionPay, or another card is used.
cause-d010-documents = Identity card; bank card
cause-d010-verify = The payout after enabling succeeded and arrived.

cause-d011-name = Card restricted by risk control
cause-d011-fix = Ask the issuing bank why the card is restricted; then use another channel or another card.
cause-d011-documents = A written explanation; identity card
cause-d011-verify = The issuer's answer is on record and the re-issued payout arrived.

cause-d012-name = Account number or name longer than the channel allows
cause-d012-fix = Remove blanks and signs from the account number and check it; for a long name ask for a channel that carries it.
cause-d012-documents = Account opening proof
cause-d012-verify = The adjusted payout succeeded and stands in the bank statement.

cause-d013-name = Receiving bank did not answer; the payment system revoked the payout
cause-d013-fix = Query the final state of the original payout first; once it is certain that nothing was paid and the bank is back, re-issue under the same number.
cause-d013-documents = { cause-no-documents }
cause-d013-verify = The original is final as failed, and the re-issue was credited once.

cause-d014-name = Approved with a defect; the bank posts later
cause-d014-fix = Do not send it again; watch it, and ask the acquirer after five working days without a bank line.
cause-d014-documents = { cause-no-documents }
cause-d014-verify = A bank line within five working days.

cause-d015-name = The channel has no record of the payout
cause-d015-fix = Query at least twice more, some time apart; when it is certain that there is none, acquirer operations re-issue it under the original number.
cause-d015-documents = { cause-no-documents }
cause-d015-verify = Exactly one credit in the bank statement.

cause-d016-name = A payout left open yesterday has its final state today
cause-d016-fix = Take today's final state and compute yesterday's reconciliation again.
cause-d016-documents = { cause-no-documents }
cause-d016-verify = The restated day has no difference.

cause-d017-name = Payout returned by the receiving bank after it was reported as paid
cause-d017-fix = Obtain the reason of the return and correct what it names; mark the payout returned, and re-issue once the money is back in the merchant's balance.
cause-d017-documents = The documents of the reason given
cause-d017-verify = The return is back in the merchant's balance and the new payout arrived; together they are zero.

cause-d018-name = Re-issued after a return: two payout orders, one credit expected
cause-d018-fix = Nothing to do; the two orders are linked and count once.
cause-d018-documents = { cause-no-documents }
cause-d018-verify = The first order is returned, the second paid, one bank line.

cause-d019-name = Balance too low, payout order not sent
cause-d019-fix = Fund the balance and retry under the same number; after its expiry use a new number linked to the old one.
cause-d019-documents = { cause-no-documents }
cause-d019-verify = The order (or its linked successor) succeeded and arrived.

cause-d020-name = Payout order closed because the merchant is restricted
cause-d020-fix = Read the acquirer's notice and answer it with the documents it asks for.
cause-d020-documents = Proof of business; transaction vouchers
cause-d020-verify = The restriction is lifted and a new payout arrived.

cause-d021-name = The interface gave no clear answer; whether money left is unknown
cause-d021-fix = Never change the number; query with the original number and parameters until the state is final.
cause-d021-documents = { cause-no-documents }
cause-d021-verify = One payout under one number, its final state known.

cause-d022-name = Money went to another account, mostly the one before a change
cause-d022-fix = Compare the account tail on the payout order and look in that account's statement; check when the change took effect and whether it was confirmed.
cause-d022-documents = The bank statement of that account
cause-d022-verify = The same amount stands in that account's statement.

cause-d023-name = Settlement account possibly changed without authority
cause-d023-fix = Have the acquirer stop payouts at once, report to the police, change all credentials, restore the verified account.
cause-d023-documents = Police receipt; business licence; identity card of the legal representative
cause-d023-verify = Written confirmation that payouts are stopped; later payouts go to the verified account.

cause-d024-name = The payer is not the acquirer: money may pass through a third party
cause-d024-fix = Stop using the terminal, have the acquirer's head office confirm who settles, keep contract and statements; if confirmed, report to regulator and association.
cause-d024-documents = Contract; bank statement; photo of the terminal
cause-d024-verify = Later credits come from the licensed acquirer, or the report has a receipt.

cause-d025-name = Weekend or public holiday: settlement moves to the next working day
cause-d025-fix = Nothing to do; tell the due day by the settlement calendar and look again then.
cause-d025-documents = { cause-no-documents }
cause-d025-verify = A bank line on the due day.

cause-d026-name = Sold after the cut-over: belongs to the next clearing day
cause-d026-fix = Nothing to do; count the due day from the real clearing day.
cause-d026-documents = { cause-no-documents }
cause-d026-verify = A bank line on the due day counted from the new clearing day.

cause-d027-name = Payment system under maintenance, payouts follow later
cause-d027-fix = Judge two hours after the window has ended; do not send again.
cause-d027-documents = The maintenance notice of acquirer or central bank
cause-d027-verify = A bank line after the window.

cause-d028-name = Instant payout did not go through, normal cycle applies
cause-d028-fix = Nothing to do; look after 14:00 the next day.
cause-d028-documents = { cause-no-documents }
cause-d028-verify = The next day's batch contains it and it arrived.

cause-d029-name = Long public holiday: several days arrive together
cause-d029-fix = Nothing to do; tell the first working day and the sum.
cause-d029-documents = { cause-no-documents }
cause-d029-verify = The credit of the first working day equals the sum of the days.

cause-d030-name = Below the minimum settlement amount, accumulating
cause-d030-fix = Nothing to do; show what is still missing to the minimum, and ask the acquirer to lower it if wanted.
cause-d030-documents = { cause-no-documents }
cause-d030-verify = One credit once the minimum is reached.

cause-d031-name = Negative day, carried forward
cause-d031-fix = Nothing to do; show how it is netted on later days.
cause-d031-documents = { cause-no-documents }
cause-d031-verify = The deduction on a later statement equals what was carried.

cause-d032-name = The difference is the day's refunds
cause-d032-fix = Nothing to do; list the refunds taken from the settlement.
cause-d032-documents = List of refunds
cause-d032-verify = The difference is explained line by line, remainder zero.

cause-d033-name = First settlement of a new merchant has a waiting period
cause-d033-fix = Tell the rule and the day of the first credit, and look again then.
cause-d033-documents = { cause-no-documents }
cause-d033-verify = A credit when the period is over.

cause-d034-name = The settlement cycle was changed
cause-d034-fix = Compare the change record with the contract; if you did not ask for it, ask for the old cycle.
cause-d034-documents = Contract
cause-d034-verify = The cycle is restored or confirmed, and money arrives by it.

cause-d035-name = Settlement delayed by risk control, in part or in full
cause-d035-fix = Send the documents that show the trade is genuine, follow up every three working days, keep the receipts.
cause-d035-documents = Sales slips; orders, delivery and purchase vouchers; business licence; photos of the shop; explanation; statements of three months
cause-d035-verify = Notice of release, and the whole held amount arrived.

cause-d036-name = Frozen by a judicial authority
cause-d036-fix = Ask the acquirer for the document number and the authority; legal counsel takes it up with them.
cause-d036-documents = Identity card; proof of business; counsel's letter
cause-d036-verify = The release document is there and the money arrived.

cause-d037-name = Licence or identity document expired, payouts paused
cause-d037-fix = Renew the document, submit it for review, then ask for the payouts to be made up.
cause-d037-documents = New business licence; new identity card
cause-d037-verify = The merchant's state is normal and the payouts arrived.

cause-d038-name = Retrieval request: vouchers due by a deadline
cause-d038-fix = Send the original signed slip and the order within the deadline; reprinted slips are usually not accepted.
cause-d038-documents = Original slip; receipt; delivery note; camera picture
cause-d038-verify = The system shows it answered; no chargeback follows, or the defence succeeded.

cause-d039-name = Chargeback taken from the settlement
cause-d039-fix = Check the sale and represent it in time with proof, or accept it in writing.
cause-d039-documents = Slip; proof of delivery; correspondence
cause-d039-verify = The representment was credited, or the acceptance is approved.

cause-d040-name = Retrieval not answered in time, charged back
cause-d040-fix = Settle it with the cardholder, book it by your rules, and improve how retrievals are answered.
cause-d040-documents = Record of the talks with the cardholder
cause-d040-verify = The closing is approved and the improvement is in place.

cause-d041-name = Credit from a dispute or adjustment
cause-d041-fix = Nothing to do; link the credit to its original sale.
cause-d041-documents = Notice of the adjustment
cause-d041-verify = After linking nothing is unexplained.

cause-d042-name = Rolling reserve withheld as agreed
cause-d042-fix = Show the release calendar; ask for a lower rate if wanted.
cause-d042-documents = Financial statements
cause-d042-verify = Returned by the release calendar.

cause-d043-name = Fee rate charged differs from the contract
cause-d043-fix = Export the difference by transaction and ask for the rate to be corrected and the difference paid back.
cause-d043-documents = Fee page of the contract; list of differences
cause-d043-verify = Later rates are right and the refund arrived.

cause-d044-name = Fee cap of debit cards not applied
cause-d044-fix = List the transactions above the cap, ask for the cap to be set and the difference paid back.
cause-d044-documents = Fee page of the contract; list of differences
cause-d044-verify = The refund arrived, and new fees stay within the cap.

cause-d045-name = Merchant name or category on the slip is not this shop's
cause-d045-fix = Stop using the terminal, keep the slips, complain to the acquirer's head office and ask for correct parameters.
cause-d045-documents = Sales slips
cause-d045-verify = Later slips show the right name and category.

cause-d046-name = Deposit or device price taken from the first sales
cause-d046-fix = Look up the conditions of charge and return in the contract; if not agreed, ask for it back.
cause-d046-documents = Contract; record of the deduction
cause-d046-verify = The refund arrived.

cause-d047-name = SIM, service or insurance fee deducted
cause-d047-fix = Check whether the contract agrees to it; if not, ask to stop and refund.
cause-d047-documents = Contract; bill
cause-d047-verify = The deduction stopped and the refund arrived.

cause-d048-name = Agreed surcharge for fast settlement
cause-d048-fix = Nothing to do; show the surcharge, and suggest the normal cycle if wanted.
cause-d048-documents = Contract
cause-d048-verify = The surcharge equals the contract.

cause-d049-name = Split payment reduces this shop's credit
cause-d049-fix = Check the split rule and shares; correct and make up if wrong.
cause-d049-documents = Split agreement
cause-d049-verify = The shares add up to the net amount.

cause-d050-name = Terminal batch does not balance
cause-d050-fix = Complete pending reversals and offline uploads first, then upload the batch and settle again; if it still differs compare line by line, and do not clear the terminal's memory.
cause-d050-documents = Settlement slip; terminal details
cause-d050-verify = Terminal and host answer balanced, the list of differences is empty.

cause-d051-name = Batch upload interrupted, terminal cannot sell
cause-d051-fix = Continue the upload when the network is back; do not clear the terminal's memory.
cause-d051-documents = { cause-no-documents }
cause-d051-verify = The upload ended with success and a new batch number is set.

cause-d052-name = Terminal batch not settled; clearing by the host is not affected
cause-d052-fix = Settle as usual; the money follows the host, and the acquirer confirms its rule.
cause-d052-documents = { cause-no-documents }
cause-d052-verify = The day without a settlement still arrives by its clearing day.

cause-d053-name = Terminal batch not closed (where the terminal captures)
cause-d053-fix = Close the batch now and set it to close by itself every day.
cause-d053-documents = Batch report
cause-d053-verify = The batch is closed and the money arrives the next day.

cause-d054-name = Batch submitted twice
cause-d054-fix = Ask the processor first whether the batch was credited, then raise the batch number.
cause-d054-documents = Batch report
cause-d054-verify = Credited once.

cause-d055-name = Batch refused because of one transaction
cause-d055-fix = Ask the host which one, note its details, take it out, enter it again by itself, then close the batch.
cause-d055-documents = Transaction number; card tail; amount; authorisation code
cause-d055-verify = The rest of the batch succeeded and the one was entered again.

cause-d056-name = Batch sequence differs from the host's
cause-d056-fix = Set the number the host expects and submit again.
cause-d056-documents = { cause-no-documents }
cause-d056-verify = The batch closed.

cause-d057-name = Batch number differs from the centre: sign in again
cause-d057-fix = Sign in on the terminal, then sell.
cause-d057-documents = { cause-no-documents }
cause-d057-verify = Sign-in and a test sale succeeded.

cause-d058-name = Message check failed, the terminal's working key is not valid
cause-d058-fix = Sign in again; if it stays, the service provider loads the keys again.
cause-d058-documents = Terminal number
cause-d058-verify = Sign-in and a test sale succeeded.

cause-d059-name = Terminal not registered or disabled
cause-d059-fix = Check its binding and state with the acquirer.
cause-d059-documents = Serial number; merchant number
cause-d059-verify = The terminal's state is normal and a test sale succeeded.

cause-d060-name = Acquirer, issuer or switch in wide trouble
cause-d060-fix = Use other means of payment and note the times, try again after ten minutes; query every unanswered sale first.
cause-d060-documents = Failures by time of day
cause-d060-verify = The success rate is back to normal and every open sale is decided.

cause-d061-name = Terminal clock wrong, sales carry another date
cause-d061-fix = Set the clock; date the sales by the host's time.
cause-d061-documents = { cause-no-documents }
cause-d061-verify = The clock is within sixty seconds and the differences are gone.

cause-d062-name = Terminal hardware fault
cause-d062-fix = Use a spare terminal and have it repaired; do not clear its memory.
cause-d062-documents = Serial number; photo of the fault
cause-d062-verify = The replacement signed in and made a test sale.

cause-d063-name = Tamper protection triggered, terminal locked
cause-d063-fix = Stop using it and send it back for replacement.
cause-d063-documents = Serial number
cause-d063-verify = The replacement has its keys.

cause-d064-name = Terminal software outdated
cause-d064-fix = Upgrade in stages to the required version.
cause-d064-documents = { cause-no-documents }
cause-d064-verify = The error rate falls after the upgrade.

cause-d065-name = All terminals of a shop offline: local network or power
cause-d065-fix = Check power, router and SIM in that order; switch to mobile data if needed.
cause-d065-documents = { cause-no-documents }
cause-d065-verify = Heartbeats are back and stored sales are sent.

cause-d066-name = Many terminals on one carrier offline
cause-d066-fix = Check the state of the SIM cards and unpaid bills; pay, or switch to another network.
cause-d066-documents = List of SIM numbers
cause-d066-verify = At least 99% of the heartbeats are back.

cause-d067-name = No answer at the terminal while the card may be charged
cause-d067-fix = Do not swipe again; query, send the reversal, and compare with the clearing file the next day.
cause-d067-documents = The customer's bank message; the terminal slip
cause-d067-verify = The reversal was answered, or clearing does not hold the sale, and the customer has the money back.

cause-d068-name = Reversal did not get through before the cut-over
cause-d068-fix = Bring the line back so that it is sent by itself; after the cut-over ask the dispute desk for a credit adjustment.
cause-d068-documents = Terminal journal
cause-d068-verify = The reversal succeeded, or the credit adjustment is done.

cause-d069-name = On the host, not on the terminal
cause-d069-fix = Check whether goods were handed over: if not, refund; if yes, record the order.
cause-d069-documents = Camera or order record
cause-d069-verify = Orders and clearing correspond one to one.

cause-d070-name = On the terminal, not in clearing
cause-d070-fix = Check the offline queue and send it; claim it from the dispute desk with the slip.
cause-d070-documents = Sales slip; export of the terminal
cause-d070-verify = The claim was credited, or the card was not charged.

cause-d071-name = Cleared a day later, suspended meanwhile
cause-d071-fix = Leave it suspended for one day and judge by the next file.
cause-d071-documents = { cause-no-documents }
cause-d071-verify = Matched in the next clearing file.

cause-d072-name = Acquirer's file has not come
cause-d072-fix = Fetch it again; chase it after the agreed time, and compare by transaction notices meanwhile.
cause-d072-documents = { cause-no-documents }
cause-d072-verify = The file is there and its totals agree.

cause-d073-name = File incomplete or repeated
cause-d073-fix = Leave the doubtful part out and ask the acquirer to send it again.
cause-d073-documents = File name and control totals
cause-d073-verify = The new file's totals agree with its lines.

cause-d074-name = Bank statement missing, or several payouts in one credit
cause-d074-fix = Fetch the statement; of a merged credit find the combination, and use it only if there is exactly one.
cause-d074-documents = Bank statement
cause-d074-verify = One combination, difference zero.

cause-d075-name = One order charged twice
cause-d075-fix = Compare with the orders; if it is twice, void on the same day or refund later.
cause-d075-documents = Both slips; the order
cause-d075-verify = The void or refund is cleared and the customer has the money.

cause-d076-name = Looks double, and is two orders
cause-d076-fix = Nothing to do; mark as not a duplicate.
cause-d076-documents = The orders
cause-d076-verify = Two sales and two orders, one to one.

cause-d077-name = Amount keyed wrong at the till
cause-d077-fix = Too much: void and sell again, or refund the difference; too little: ask the customer to agree to the rest.
cause-d077-documents = Slip; order
cause-d077-verify = The net amount equals the order.

cause-d078-name = Void did not go through (other batch or day)
cause-d078-fix = Use a refund instead.
cause-d078-documents = Original slip
cause-d078-verify = The refund is cleared.

cause-d079-name = Refund did not go through, refundable balance too low
cause-d079-fix = Wait for the day's sales or top up, then refund.
cause-d079-documents = { cause-no-documents }
cause-d079-verify = The refund succeeded.

cause-d080-name = Pre-authorisation not completed
cause-d080-fix = Complete it while it is valid; after that, settle with the customer.
cause-d080-documents = Pre-authorisation slip
cause-d080-verify = The completion is cleared.

cause-d081-name = Money credited to another shop
cause-d081-fix = Transfer internally and correct the terminal's binding.
cause-d081-documents = List of terminals
cause-d081-verify = The transfer is done, and binding and shop agree.

cause-d082-name = Stored payments may be past their time for sending
cause-d082-fix = Bring the terminal online at once; for those expired settle with the customers.
cause-d082-documents = List of stored payments
cause-d082-verify = The queue is empty and the rest is handled by your rules.

cause-d083-name = Stored payment declined afterwards
cause-d083-fix = Ask the customer to pay; otherwise write it off with approval.
cause-d083-documents = The customer's contact
cause-d083-verify = Paid, or the write-off is approved.

cause-d084-name = Terminal data cleared before stored payments were sent
cause-d084-fix = Rebuild the list from slips and orders, ask the customers to pay; withdraw the right to clear data.
cause-d084-documents = Slips; orders
cause-d084-verify = Collection is finished and the right to clear is withdrawn.

cause-d085-name = One clearing day credited twice
cause-d085-fix = Do not use the money; tell the acquirer in writing and return it as instructed.
cause-d085-documents = Bank statement
cause-d085-verify = Proof of the return; the net equals what was due.

cause-d086-name = Many merchants of one acquirer unpaid at once
cause-d086-fix = Follow it up as one case, tell the merchants, and inform the regulator where needed.
cause-d086-documents = List of merchants and amounts
cause-d086-verify = The unpaid share is back to normal.

cause-d087-name = Regional disaster: power and lines down
cause-d087-fix = Keep the terminals safe; afterwards reverse first, then upload; use other means and ask for longer deadlines.
cause-d087-documents = Certificate of the authority
cause-d087-verify = No open sales after recovery.

cause-d088-name = War, sanctions or a closed bank stop the credit
cause-d088-fix = Keep notices and correspondence, give notice under the force majeure clause, agree on another path.
cause-d088-documents = Notice; contract
cause-d088-verify = Credited by another path, or a legal conclusion.

cause-d089-name = Account does not take such credits, or the receiver refused (returned abroad)
cause-d089-fix = Use a checking account and have the bank confirm that it takes credits.
cause-d089-documents = Voided cheque; proof of account
cause-d089-verify = The new payout arrived.

cause-d090-name = Payment platform paused payouts until data are verified
cause-d090-fix = Complete identity, company and bank data on the platform.
cause-d090-documents = Proof of identity, company and bank account
cause-d090-verify = Payouts are enabled again and the money arrived.

cause-d091-name = Booked as received, not in the bank (failed payout not reversed in the books)
cause-d091-fix = Reverse the entry and book it as receivable.
cause-d091-documents = Booking vouchers
cause-d091-verify = The clearing account equals what has not arrived.

cause-d092-name = Sale declined: it never goes into clearing
cause-d092-fix = Explain that this sale did not happen; ask for another card or means.
cause-d092-documents = { cause-no-documents }
cause-d092-verify = Not in clearing and the card was not charged.

cause-d093-name = Next year's public holidays are not published yet
cause-d093-fix = Mark the calendar as unknown and estimate by weekends; import it when published and compute again.
cause-d093-documents = { cause-no-documents }
cause-d093-verify = Computed again with the same result.

cause-d094-name = Request never reached the host, the card was not charged
cause-d094-fix = Once a query confirms that, the sale may be made again.
cause-d094-documents = { cause-no-documents }
cause-d094-verify = The complete clearing file does not hold it.

cause-d095-name = Only one receiving bank is in trouble
cause-d095-fix = Leave merchant data as they are; re-issue when the bank is back.
cause-d095-documents = The bank's notice
cause-d095-verify = The bank's success rate is back to normal, each payout credited once.

cause-d096-name = Payout failed and no reason was given
cause-d096-fix = Look in the acquirer's merchant portal or ask; until then change no account data.
cause-d096-documents = Payout number
cause-d096-verify = The reason is known and the re-issued payout arrived.

cause-d097-name = Bank holiday at the receiving place, credit moves
cause-d097-fix = Nothing to do; tell the new day.
cause-d097-documents = { cause-no-documents }
cause-d097-verify = A credit on the next banking day.

cause-d098-name = Batch closed after the processor's cut-off
cause-d098-fix = Set the automatic close before the cut-off.
cause-d098-documents = { cause-no-documents }
cause-d098-verify = The next batch is in time and arrives a day earlier.
