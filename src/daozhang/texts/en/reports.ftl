# The settlement failure report
report-title = Settlement failure report
report-number-line = No. { $number }, version { $version }, facts as of { $moment }
report-footer = { $number } version { $version }, digest { $hash }
report-page = Page { $page } of { $pages }
report-hash-line = Digest of the facts (SHA-256): { $hash }. The same facts give the same report, byte for byte.
report-gap = Gap
report-description = 1. Description
report-findings = Differences
report-records = 2. Transaction records
report-measures = 3. Measures taken
report-asked = 4. What is asked for
report-summary-case = Case
report-summary-acquirer = Acquirer
report-summary-merchant = Merchant number
report-summary-state = State
report-summary-since = Was due
report-summary-deadline = Deadline
report-summary-external = Your reference
report-what = Between { $business } and { $acquirer } there { $count ->
    [1] is 1 difference
   *[other] are { $count } differences
}; { $side ->
    [short] { $amount } less arrived than agreed
    [over] { $amount } more arrived than agreed
   *[none] the net gap is zero
}. The first was due by { $since }; it was found and the case opened on { $opened }.
report-what-happened = Between { $business } and { $acquirer } there { $count ->
    [1] is 1 difference
   *[other] are { $count } differences
}; { $side ->
    [short] in all { $amount } less arrived than agreed
    [over] in all { $amount } more arrived than agreed
   *[none] the net gap is zero
}. The first happened on { $since }; it was found and the case opened on { $opened }.
report-more-sentences = The others are of the same kind; each is in the table below.
report-summary-happened = First happened
report-why = Cause: { $cause }.
report-why-unknown = The cause is not known yet; these are the facts.
report-bank-lines = Matched on the bank statement: { $lines }.
report-more = and { $count } more
report-records-note = { $shown } of { $all } rows. Each names its file and line; of a card number only the last four digits are kept.
report-column-break = Difference
report-column-keys = On what
report-column-gap = Gap
report-column-due = Was due
report-column-evidence = Evidence (file:line)
report-column-time = Time
report-column-kind = Type
report-column-status = Status
report-column-amount = Amount
report-column-merchant = Merchant
report-column-terminal = Terminal
report-column-trace = Trace no.
report-column-rrn = Reference no.
report-column-order = Order or payout
report-column-batch = Batch
report-column-card = Card or account
report-column-source = File:line
report-column-at = Time
report-column-by = By
report-column-step = Measure
report-column-note = In their words
report-asked-fix = To be done
report-asked-documents = Documents
report-asked-verify = Proved by
report-signature-prepared = Prepared by
report-signature-reviewed = Reviewed by
report-signature-seal = Seal / date
report-key-settled-on = Cleared on
report-key-payout-no = Payout
report-key-merchant-no = Merchant
report-key-terminal-no = Terminal
report-key-batch-no = Batch
report-key-trace-no = Trace
report-key-rrn = Reference
report-key-order-no = Order
report-key-network-no = Network no.
report-key-account-tail = Account
report-key-file = File
report-kind-sale = Sale
report-kind-void = Void
report-kind-refund = Refund
report-kind-reversal = Reversal
report-kind-preauth = Pre-authorisation
report-kind-preauth-completion = Completion
report-kind-preauth-void = Pre-auth. void
report-kind-offline-sale = Offline sale
report-kind-adjustment = Adjustment
report-kind-fee = Fee
report-kind-dispute = Dispute
report-kind-payout = Payout
report-kind-bank-entry = Bank line
report-kind-order = Order
report-kind-batch = Batch close
report-status-approved = approved
report-status-declined = declined
report-status-unknown = outcome unknown
report-status-reversed = reversed
report-status-voided = voided
report-status-stored = stored offline
report-status-cleared = cleared
report-status-booked = booked
report-status-noticed = notified by the bank
report-status-pending = pending
report-status-claimed = claimed paid
report-status-failed = failed
report-status-returned = returned
report-status-held = held
report-status-closed = closed
report-status-balanced = balanced
report-status-unbalanced = unbalanced
report-status-rejected = rejected
report-status-open = open
report-status-card = card
report-status-wechat = WeChat Pay
report-status-alipay = Alipay
report-status-cash = cash
report-status-other = other
error-report-missing = The settlement failure report of case { $number } cannot be made yet. Missing: { $records ->
    [missing] transaction records;
   *[there] {""}
}{ $description ->
    [missing] description;
   *[there] {""}
}{ $measures ->
    [missing] measures taken (record one in the case);
   *[there] {""}
} it can be made once that is there.
error-report-file = { $path } cannot be written: { $detail }
report-made = Made { $number } version { $version } ({ $language }): { $path }

# The evidence pack
pack-made = The pack of { $number } is in { $path } (version { $version }, SHA-256 { $hash }).
pack-readme = Evidence pack of case { $number }, version { $version }.
    Digest of the facts (SHA-256): { $hash }

    report.pdf: the settlement failure report (PDF/A).
    tables.xlsx: all tables as a workbook. The same tables are there as CSV (UTF-8).
    case.json: every fact, for programs.
    manifest.json: the SHA-256 of each file of this pack.

    Amounts in the tables are whole minor units (fen, cent); negative means that the merchant is out of pocket.
    Times are China time. In a cell that begins like a formula an apostrophe stands in front, so that no spreadsheet executes it.
pack-readme-whole = Of card numbers only the first six and last four digits are kept. evidence.csv quotes the lines of the files that the findings stand on.
pack-readme-redacted = This pack is redacted for a reader outside: names, numbers that name something, notes and quoted lines are left out. The same mark (M1, T2 …) is the same thing throughout. Amounts, days and kinds are as they were.
web-case-pack = Evidence pack (zip)
web-case-pack-redacted = Redacted pack for somebody outside
