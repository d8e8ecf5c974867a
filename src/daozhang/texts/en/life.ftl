# Parties, clocks, answers and remedies of cases
party-merchant = Us
party-provider = Service provider
party-acquirer = Acquirer
party-bank = Bank
party-network = Network
part-open = not asked yet
part-asked = answer awaited
part-answered = answered
part-closed = closed its part
size-sev1 = very large
size-sev2 = large
size-sev3 = medium
size-sev4 = single
ladder-l0 = our own check
ladder-l1 = the service provider
ladder-l2 = the acquirer's service desk
ladder-l3 = the acquirer's settlement and risk desks
ladder-l4 = the acquirer's complaints channel
ladder-l5 = UnionPay 95516, the payment association, the central bank 12363, market regulator 12315
ladder-l6 = arbitration or court
prepares-explanation = the explanation
prepares-safe-actions = what is safe to do
prepares-pack = the pack
prepares-script = the call script
prepares-ticket = a report with every field
prepares-evidence = evidence line by line
prepares-delay-proof = proof that the agreed time is over
prepares-letter = a dated letter
prepares-log = the record of contacts
prepares-file-for-each = a file for each channel
prepares-hash-list = the list of hashes
help-contact = contact the acquirer's service desk
help-device = check device and network
help-operation = check how it was operated
help-guidance = ask for official guidance
help-expert = ask an expert
step-party-asked = A party was asked
step-party-answered = A party answered
step-party-closed = A party closed its part
step-reminded = Reminder
step-chase-sent = Chased by the product
step-escalated = Next level
step-taken-outside = Taken outside
step-help-sought = Help was sought
step-reply-taken = Official answer received
step-instruction-decided = Instruction decided on
step-step-proven = Remedy step proven
step-option-chosen = Solution chosen
step-merged = Worked as part of another case
step-unmerged = Worked on its own again
step-parted = Findings moved to a case of their own
step-customer-told = Customer answered
step-party-asked-hint = Say what was asked; add their reference and the promised time when they gave one.
step-party-answered-hint = Say what they answered.
step-party-closed-hint = Say why they are done. Whether the case is over, the bank statement decides.
step-taken-outside-hint = Say to which channel it was taken and what was handed in.
step-help-sought-hint = Say whom you asked and what came of it; skipping an earlier step needs its reason.
step-reply-taken-hint = Paste their answer as it came.
step-instruction-decided-hint = Say why it is confirmed or not followed.
step-step-proven-hint = Say what was done and where the proof is.
step-option-chosen-hint = Choose what is going to be done.
step-merged-hint = Say why they are worked together.
step-unmerged-hint = Say why it is worked on its own again.
step-parted-hint = Say why they are moved.
step-customer-told-hint = Say when and how the customer was answered.
need-party = Party
need-level = Level
need-help = Kind of help
need-remedy = Remedy step
need-option = Solution
need-into = The other case
need-customer = Customer
life-reminder-note = { $percent }% of the time of { $party } is used; it ends at { $at }.
life-chase-note = { $party } was to answer by { $at }; nothing came yet. Their reference: { $external_no }.
life-level-note = { $level } is reached: { $who }.
notify-reminded-subject = [Daozhang { $number }] Reminder: { $amount }
notify-reminded-own =
    Case { $number } ({ $merchant }, gap { $amount }): { $note }
    Cause: { $cause }
    What to do: { $fix }
notify-reminded-outside = Our number { $number }: { $note }
notify-chase-sent-subject = [Daozhang { $number }] How far is it? { $amount }
notify-chase-sent-own =
    Case { $number }: { $note }
    They were chased once by the contact book. Where they have no verified address, please call and note the answer.
notify-chase-sent-outside =
    Dear { $role },

    the time for an answer to our number { $number } is over; please tell us how far it is and when it will be done.
    Merchant number: { $merchant }, gap: { $amount }, probable cause: { $cause }.
    Please keep the number { $number } in your answer.
notify-escalated-subject = [Daozhang { $number }] Please help to move it on: { $amount }
notify-escalated-own =
    Case { $number }: { $note }
    Acquirer { $acquirer }, merchant { $merchant }, gap { $amount }.
    What is needed is prepared; see the case.
notify-escalated-outside =
    Dear { $role },

    the following gap of { $business } has not arrived yet; please help to move it on and tell us your reference.
    Our number: { $number }, acquirer: { $acquirer }, merchant number: { $merchant }, gap: { $amount }, probable cause: { $cause }.
    Evidence is at hand.
error-part-step = The part of { $party } is "{ $state }"; "{ $step }" cannot happen now. It can from: { $possible }
error-no-party = There is no party "{ $party }". It can be: { $possible }
error-no-part-step = There is no step "{ $step }". It can be: { $possible }
error-promise-is-past = The promised time { $at } is over; please give one that is to come.
error-help-skipped = Before "{ $wanted }" come: { $skipped }. Do these first, or say why they are skipped.
error-no-help = There is no kind of help "{ $wanted }". It can be: { $possible }
error-no-level = There is no level "{ $level }" that a person takes. It can be: { $possible }
