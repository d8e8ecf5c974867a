# Notices
notify-cause-unknown = not known yet; being checked
notify-opened-subject = [Daozhang { $number }] { $business }: { $amount } has not arrived as agreed, please help to check
notify-opened-own =
    Case { $number } was opened ({ $moment }).

    Acquirer: { $acquirer }
    Merchant: { $merchant }
    Gap: { $amount }
    Cause: { $cause }
    What to do: { $fix }
    Have ready: { $documents }
    Deadline: { $deadline }

    Every difference comes with its file and line; open the case in Daozhang to see them.
notify-opened-outside =
    Dear { $role },

    while reconciling its settlements, { $business } found the difference below. Please check it and tell us your
    reference number.

    Our number: { $number }
    Acquirer: { $acquirer }
    Merchant number: { $merchant }
    Gap: { $amount }
    First assessment: { $cause }
    Found at: { $moment }
    Answer hoped for by: { $deadline }

    Transactions and proof can be sent with the settlement failure report. Please keep { $number } in your answer.
notify-regressed-subject = [Daozhang { $number }] { $business }: the difference came back: { $amount }
notify-regressed-own =
    Case { $number } is open again ({ $moment }): a difference that had gone came back.
    Acquirer { $acquirer }, merchant { $merchant }, gap { $amount }.
    Cause: { $cause }
    What to do: { $fix }
    Deadline: { $deadline }
notify-regressed-outside =
    Dear { $role },

    the difference under our number { $number } came back; please go on helping us to check it.
    Merchant number: { $merchant }, gap: { $amount }, cause: { $cause }.
    Answer hoped for by: { $deadline }.
notify-returned-subject = [Daozhang { $number }] { $business }: the bank returned { $amount }
notify-returned-own =
    Case { $number } is open again ({ $moment }): the bank returned money that had arrived; the acquirer holds it.
    Acquirer { $acquirer }, merchant { $merchant }, gap { $amount }.
    Cause: { $cause }
    What to do: { $fix }
    Deadline: { $deadline }
notify-returned-outside =
    Dear { $role },

    the payment under our number { $number } was returned by the bank. Please check the reason and arrange a new payout.
    Merchant number: { $merchant }, amount: { $amount }, cause: { $cause }.
    Answer hoped for by: { $deadline }.
notify-deadline-passed-subject = [Daozhang { $number }] { $business }: past its deadline: { $amount }
notify-deadline-passed-own =
    Case { $number } is past its deadline { $deadline }; { $amount } has still not arrived.
    Acquirer { $acquirer }, merchant { $merchant }, cause: { $cause }.
    Please chase it and note the answer.
notify-deadline-passed-outside =
    Dear { $role },

    an answer to our number { $number } was hoped for by { $deadline }; { $amount } has still not arrived. Please tell us
    how far it is and when it will be done.
    Merchant number: { $merchant }, cause: { $cause }.
notify-money-matched-subject = [Daozhang { $number }] { $business }: { $amount } has arrived
notify-money-matched-own =
    Case { $number }: a line of the bank statement was matched ({ $moment }); { $amount } has arrived.
    The return window is being watched. Nothing to do.
notify-money-matched-outside = Case { $number }: { $amount } has arrived.
notify-explained-subject = [Daozhang { $number }] { $business }: the difference is explained
notify-explained-own =
    Case { $number }: a file that came later explains the difference of { $amount } ({ $moment }). Nothing to do.
notify-explained-outside = Case { $number }: the difference is explained.
notify-write-off-asked-subject = [Daozhang { $number }] A write-off waits for approval: { $amount }
notify-write-off-asked-own =
    A write-off of { $amount } was asked for in case { $number }. Somebody other than the one who asked must decide.
    Reason: { $note }
notify-write-off-asked-outside = A write-off was asked for in case { $number }.
notify-write-off-approved-subject = [Daozhang { $number }] Write-off approved: { $amount }
notify-write-off-approved-own = Case { $number }: the write-off of { $amount } was approved ({ $moment }).
notify-write-off-approved-outside = Case { $number }: written off.
notify-server-down = The mail server cannot be reached for now; notices wait in the outbox and go out by themselves: { $detail }
notify-try-later = The mail server asks to try later: { $detail }
notify-not-accepted = The address is not accepted; please tell them by hand and check the contact book: { $detail }
job-error-lease = The work was interrupted several times and is not tried again. Please submit it again; no file was changed.
job-error-unexpected = Something unexpected happened and the work is not tried again: { $detail }
job-error-unknown-kind = There is no work called { $kind }.
