# Why a break has its cause (why-), and the one question to ask where it cannot be judged (ask-)
why-acquirer-silent = On that day { $silent } merchants of { $acquirer } are unpaid and none is paid: the reason is shared and lies with the acquirer.
why-acquirer-many = On that day { $silent } merchants of { $acquirer } are unpaid ({ $paid } paid), far above the usual share, so it is followed up as one event.
why-adjusted = Clearing holds a credit from an adjustment of { $amount }.
why-after-retrieval = A retrieval request for the same payment came before; { $amount } has now been taken back from the settlement.
why-bank-holiday = The due day is a bank holiday at the receiving place; due by { $due }, { $amount }.
why-batch-refused = The host refused the batch and answered “{ $text }”.
why-cap-ignored = The contract caps the fee at { $cap }: { $expected } was due, { $charged } was charged.
why-carrier = { $count } terminals on { $carrier } lost their heartbeat together, in more than one shop.
why-charged-again = The first swipe got no answer; { $seconds } seconds later order { $order } was charged { $amount } again.
why-charged-unanswered = The terminal got no answer and sent no reversal, and clearing holds the { $amount }: the card was charged.
why-chargeback = Clearing holds a chargeback of { $amount }.
why-class-ii = Account ending { $tail } is class II; this payout of { $amount } is above the daily receiving limit of { $limit }.
why-cleared-late = Expected in clearing on { $expected }, cleared on { $cleared }; no money is short.
why-cleared-twice = The same payment stands in clearing twice, { $amount }.
why-clock = The terminal's clock is about { $minutes } minutes off the host's, so sales may carry another date.
why-closed = The acquirer closed the payout order of { $amount }.
why-cutover = Sold after the cut-over, so it belongs to the next clearing day: due by { $due }, { $amount }.
why-cycle-changed = The settlement cycle has just changed; by the new one it is due by { $due }, { $amount }.
why-data-cleared = Stored payments of terminal { $terminal } were cleared before they were sent, { $amount }.
why-declined = The terminal records this { $amount } as declined; a declined sale never goes into clearing and is not owed.
why-deduction = { $amount } was deducted and the contract does not agree to it (agreed deductions: { $names }).
why-differs-from-order = The terminal took { $one }, the order says { $other }; they differ without a pattern.
why-exactly-double = { $due } was due and { $got } arrived; the rest looks like a second credit of the same.
why-file-contradicts = The own totals of { why-source-word } do not agree with its lines ({ $detail }).
why-file-cut = Incomplete: { why-source-word } ({ $detail }).
why-file-missing = For { $day }, { why-source-word } has not come, while later days have.
why-from-acquirer = The payer { $payer } is the acquirer; this { $amount } fits no single payout order yet and may pay several.
why-held = The payout order shows { $amount } held.
why-held-as = The payout order shows { $amount } held, with the words “{ $text }”.
why-holder-differs = The holder name on the payout order is not the registered one (account ending { $tail }).
why-holiday = No payouts on the public holiday; due by { $due }, { $amount }.
why-host-capture = The terminal batch was not settled, and the host has every sale; the money follows the host.
why-host-trouble = { $count } payments at { $acquirer } got no answer that day, with response codes that point at the host.
why-in-that-batch = The batch of this { $amount } did not balance.
why-keyed-x10 = The terminal took { $one } against { $other }: exactly ten times, like one zero too many.
why-keyed-div10 = The terminal took { $one } against { $other }: exactly a tenth, like one digit too few.
why-keyed-x100 = The terminal took { $one } against { $other }: exactly a hundred times, like yuan and fen mixed up.
why-keyed-div100 = The terminal took { $one } against { $other }: exactly a hundredth, like yuan and fen mixed up.
why-keyed-swap = The terminal took { $one } against { $other }: like two digits swapped.
why-kinds = The terminal records { $journal ->
    [sale] a sale
    [preauth] a pre-authorisation
    [preauth_completion] a completion
    [preauth_void] a cancelled pre-authorisation
    [refund] a refund
    [void] a void
    [reversal] a reversal
   *[other] another kind
}, clearing holds { $clearing ->
    [sale] a sale
    [preauth] a pre-authorisation
    [preauth_completion] a completion
    [preauth_void] a cancelled pre-authorisation
    [refund] a refund
    [void] a void
    [reversal] a reversal
   *[other] another kind
}.
why-licence = The merchant's licence has expired and the acquirer paused payouts, { $amount }.
why-many-missing = { $rows } payments of { $acquirer } are not in clearing for { $day }, up to { $share }% of a merchant's day: check first whether the file is complete.
why-minimum = { $amount } has accumulated, { $shortfall } short of the minimum settlement.
why-near-cutover = Sold close to the cut-over, so it may be in the next clearing day; { $amount }, expected on { $expected }.
why-negative = The day is negative; { $carried } is carried to later settlements.
why-never-reached = The terminal got no answer, and the complete clearing file does not hold the { $amount }: the card was not charged.
why-new-merchant = New merchant, waiting period: first credit due by { $due }, { $amount }.
why-no-reason = The payout of { $amount } (account ending { $tail }) did not go through and no reason was given.
why-no-text = { $amount } arrived without payer and without text; it may pay several payouts.
why-not-cleared = The terminal records { $amount } as approved, expected in clearing on { $expected }; after { $days } days it is not there.
why-not-due = By the agreed cycle it is due by { $due }, which is not yet; { $amount }.
why-notice = { $bank } published a notice ({ $source }) that holds until { $until }.
why-notice-adjustment = Clearing holds an adjustment of { $amount } on { $cleared }.
why-notice-dispute = Clearing holds a dispute of { $amount } on { $cleared }.
why-old-account = The payout went to the account ending { $paid }, a registered one; the agreed account ends { $agreed } (since { $changed }).
why-one-bank = { $failed } payouts to { $bank } failed or hang together while other banks are normal: it is not one merchant's data.
why-one-order-twice = Order { $order } was charged { $amount } twice, { $seconds } seconds apart.
why-only-host = Clearing holds { $amount } ({ $cleared }); that terminal's journal of the day is here and does not have it, as if the answer never came back.
why-only-this-terminal = Only this terminal is silent; others of the shop and the line are fine.
why-order-only = Order { $order } counts { $amount } as paid by card, and neither journal nor clearing has it; it may be a stored payment that was never sent.
why-other-account = The payout went to the account ending { $paid }; the agreed one ends { $agreed } (since { $changed }).
why-other-shop = Terminal { $terminal } is registered to merchant { $owner }, and this { $amount } will be settled there.
why-paid-cash = Order { $order } counts as paid in cash, and the card was charged { $amount } too.
why-parked = Clearing does not hold this { $amount } yet (expected on { $expected }); one day is allowed for it to come.
why-parts = The difference of { $amount } is made of: { $parts }.
why-payout-twice = Payout orders { $payout } and { $other } pay the same { $amount } of one clearing day, with no return between them.
why-pending-reversals = { $pending } reversals were not completed when the batch was settled.
why-preauth-open = A pre-authorisation of { $amount } has been neither completed nor cancelled for { $days } days.
why-rail-maintenance = The payment system is under maintenance until { $until }; the money follows.
why-rate = Contract rate { $rate }, charged about { $paid_rate }: { $expected } was due, { $charged } was charged.
why-payout-sum-differs = The { $lines ->
    [one] line
   *[other] { $lines } lines
} that name the payout { $payout } add up to { $sum }, it was ordered as { $planned }.
why-payout-unknown = A bank answered about the payout { $payout }, which { $fits ->
    [0] no payout list here has
   *[other] more than one merchant has
}; the answer waits and is put beside the payout when its list comes.
why-file-sums-differ = The summary states { $stated }, the lines of { why-source-word } add up to { $added }.
why-reason-read = The answer to the payout of { $amount } (account ending { $tail }) reads “{ $text }”.
why-region = { $count } terminals in region { $region } went silent together, on more than one carrier.
why-replaced = Payout order { $payout } did not arrive and was issued again as { $other }; one credit is expected.
why-retrieval = A retrieval request came in; the vouchers are due by its deadline.
why-returned = The payout of { $amount } (account ending { $tail }) was returned by the receiving bank without a reason.
why-reversal-late = The card was charged { $amount }, and the reversal was sent after the cut-over, so the day does not hold it.
why-reversal-missed = The terminal reversed it, and clearing ({ $cleared }) still holds { $amount }: the reversal missed the cut-over.
why-reversal-open = The card was charged { $amount }; the reversal was sent and is not in clearing yet.
why-reversal-under-way = { $amount } got no answer; the reversal was sent and the clearing file will confirm it.
why-reversal-waiting = { $pending } reversals wait on the terminal.
why-reversed = { $amount } got no answer, and its reversal is in clearing: the cardholder paid nothing extra.
why-rounding = { $expected } was due and { $charged } was charged, at most one fen per line apart: another way of rounding.
why-router = { $count } terminals behind router { $router } went silent together.
why-same-second = Two payouts were sent to the account ending { $tail } in the same second, which makes the bank lock it for a while.
why-set-aside = Cannot judge yet: { $lines ->
    [one] { $lines } line
   *[other] { $lines } lines
} of { $file } { $lines ->
    [one] is
   *[other] are
} set aside and may hold this row{ $more ->
    [0] {""}
    [one] , as may { $more } more file
   *[other] , as may { $more } more files
}; correct them first.
why-set-aside-shared = Cannot judge yet: { $lines ->
    [one] { $lines } line
   *[other] { $lines } lines
} of { $file } { $lines ->
    [one] is
   *[other] are
} set aside and may hold this row, or { $rivals ->
    [one] one other that is
   *[other] one of { $rivals } others that are
} missing too; correct them first.
why-statuses = The terminal records { $journal ->
    [unknown] no answer
    [declined] a decline
   *[other] another result
} while clearing holds a sale: the card was charged.
why-stored = This { $amount } is a stored payment, { $days } days on the terminal and not in clearing.
why-strange-account = The payout went to the account ending { $paid }, which was never registered; the agreed one ends { $agreed }.
why-suspended = The merchant is suspended and the acquirer makes no payouts, { $amount }.
why-terminal-capture = Here the terminal's batch decides; as long as it is open nothing is credited.
why-totals-differ = Host and terminal differ: debit by { $debit }, credit by { $credit }, count by { $count }.
why-two-orders = Each of the two { $amount } has an order of its own: two real sales.
why-unknown-payer = The payer { $payer } is none of the acquirer's names, while the text speaks of settlement, { $amount }.
why-other-payer = The acquirer pays everybody else under the name { $usual }; this { $amount } came from { $payer }.
why-upload-interrupted = The host has fewer lines or less money than the terminal: the upload did not finish.
why-uploads-old = { $pending } stored payments have been on the terminal for more than 24 hours.
why-uploads-waiting = { $pending } stored payments wait on the terminal to be sent.
why-void-missed = The terminal voided it, and clearing ({ $cleared }) still holds { $amount }.
why-source-word = { $source ->
    [bank_statement] the bank statement
    [bank_entries] the bank statement
    [clearings] the acquirer's clearing file
    [payouts] the payout file
    [transactions] the terminal journal
    [orders] the orders
    [batches] the batch records
    [heartbeats] the heartbeats
   *[other] { $source }
}
why-waiting = Cannot judge yet: { why-source-word } ({ $detail }) is not here{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}.
why-weekend = No payouts at the weekend; due by { $due }, { $amount }.
why-with-defect = The payout of { $amount } (account ending { $tail }) was approved with a defect; the bank posts it later.

ask-tie = { $candidates } clearing lines could be this payment. Which reference number or card tail does the slip show?
ask-missing-in-clearing = Please look at the slip or query the terminal: does the host have this payment?
ask-missing-in-journal = Please look at the orders or the camera: was this payment made in this shop, and were the goods handed over?
ask-amount-mismatch = Please look at the slip: which amount did the customer sign?
ask-kind-mismatch = Please look at the slip: which kind of transaction was made?
ask-status-mismatch = Please query the acquirer's portal: what is the final state of this payment?
ask-duplicate = Please compare with the orders: one order charged twice, or two orders?
ask-fee-mismatch = Please show the fee page of the contract: which rate, cap and rounding were agreed for this kind of card?
ask-late-clearing = Please ask the acquirer: why was this cleared a day late?
ask-outcome-unknown = Please query this payment first and do not swipe again: what does the host answer?
ask-keyed-amount-suspect = Please look at slip and order: what was due, and what was taken?
ask-preauth-open = Has the customer settled and left: is the pre-authorisation to be completed or cancelled?
ask-batch-unbalanced = Please print the terminal's details and the settlement slip: which line differs?
ask-batch-open = Is this terminal still selling today, and was it settled?
ask-batch-rejected = Please copy the refusal as terminal or host shows it: what are its words?
ask-file-missing = Please ask the acquirer or the bank: has the file of this day been made?
ask-file-late = Please ask why the file was late, and by when it will come from now on.
ask-file-truncated = Please ask for the file again, with its number of lines and its total.
ask-file-contradicts-itself = Please ask which holds: the lines or the totals?
ask-file-sums-differ = Please ask which holds: the summary or the lines?
ask-payout-sum-differs = Please ask the acquirer: which transactions does the payout hold?
ask-payout-unknown = Please ask: in which payout list is this number?
ask-payout-missing = Please look in the acquirer's portal: is there a payout order for this clearing day, and in which state?
ask-payout-failed = The reason given is “{ $text }” and its meaning is not known. Please ask the acquirer: is it number, name, bank or limit?
ask-payout-returned = The reason given is “{ $text }” and its meaning is not known. Please ask the acquirer: why did the bank return it?
ask-payout-held = Please ask the acquirer: why is it held, which documents are wanted, and when will it be released?
ask-payout-short = Please ask the acquirer: what is the difference to the amount due made of?
ask-payout-over = Please ask the acquirer: what is the surplus?
ask-payout-duplicate = Please ask the acquirer: are both payout orders real?
ask-deduction-not-agreed = Please ask the acquirer: what is this deduction for, and on what ground?
ask-credit-missing = Please ask the acquirer for the bank reference of this payout, and have the bank look for it.
ask-credit-short = Please look at the bank advice: is the rest a bank charge?
ask-credit-over = Please ask the acquirer: what is the surplus, and is it to be returned?
ask-credit-unidentified = Please look at the bank advice: who paid this, and for what?
ask-credit-to-other-account = Whose account did the payout go to, and when was it registered?
ask-credit-from-other-payer = Is the payer named on the bank line known to you, and is there an agreement with it?
ask-terminal-offline = Please look in the shop: does this terminal have power and a line?
ask-clock-skew = Please look at the terminal's screen: which date and time does it show?
ask-reversal-pending = Please bring the terminal online: were the reversals sent?
ask-uploads-pending = Please bring the terminal online: were the stored payments sent?

# Contact roles
contact-role-acq-cs = Acquirer's customer service
contact-role-acq-dispute = Acquirer's dispute desk
contact-role-acq-exec = Acquirer's management
contact-role-acq-hq = Acquirer's head office
contact-role-acq-legal = Acquirer's legal department
contact-role-acq-notice = Acquirer's notices
contact-role-acq-ops = Acquirer's operations
contact-role-acq-risk = Acquirer's risk control
contact-role-acq-settle = Acquirer's settlement desk
contact-role-acq-tech = Acquirer's technical desk
contact-role-admin = Administrator
contact-role-authority = Investigating authority
contact-role-cardholder = Cardholder
contact-role-carrier = Carrier
contact-role-engineer = Own engineer
contact-role-finance = Finance
contact-role-hq-finance = Head office finance
contact-role-issuer = Issuing bank
contact-role-isv = Service provider
contact-role-local-gov = Local authority
contact-role-market-12315 = Market regulator's hotline (12315)
contact-role-payee-bank = Merchant's bank
contact-role-pcac = Payment & Clearing Association of China
contact-role-police = Police
contact-role-processor = Processor
contact-role-property = Building management
contact-role-psp-support = Payment platform's support
contact-role-regulator = Regulator
contact-role-regulator-pboc = Central bank branch
contact-role-scheme-cs = UnionPay's customer line (95516)
contact-role-self = Ourselves
contact-role-shop-lead = Shop lead
