# Files that are expected: whose, by when, and whether statements follow each other

expect-title = When files are expected
expect-columns = Table,Source,By,Last day,Next day,Due
expect-none = There is no source yet. Import files, and each source is listed here with its rhythm.
expect-how-set = set by a person
expect-how-learned = as it usually came
expect-how-shipped = as the format says
expect-how-none = nothing is expected
expect-how-unknown = no rhythm yet
error-expect-table = There is no table { $table }. There are: { $tables }
error-expect-days = The last day { $to_on } is before the first day { $from_on }.
error-expect-clock = "{ $value }" is not a time of day of the form 09:00.

why-file-not-here = For { $day }, { why-source-word } was expected by { $due } and is not here yet{ $days ->
    [1] {""}
   *[other] ; { $days } files are waited for
}.
why-statement-numbers = Of the account ending { $tail }, statements { $from } to { $to } are not here; the balance moved by { $between } over them.
why-statement-between = The balance of the account ending { $tail } moved by { $between } after { $until } and before { $since }; no statement that came shows how.
why-statement-balances = Of the account ending { $tail }, one statement closes with { $closing } and the next opens with { $opening }, { $between } apart.

expected-title = Files that are expected
expected-lead = When each source should have its next file. Where nobody set it, it follows from how files came before.
expected-caption = One row for each source
expected-col-table = What
expected-col-source = Source
expected-col-how = By
expected-col-last = Last file
expected-col-next = Next file
expected-col-due = Expected by
expected-overdue = Not here yet
expected-all = All merchants
expected-none = There is no source yet. After a few files, their rhythm stands here.
expected-set = Set when files come
expected-set-hint = What is set here goes before what is learned, until it is dropped.
expected-acquirer = Acquirer
expected-merchant = Merchant number
expected-account = Last digits of the account
expected-at = Time of day
expected-after = Days after the day the file is about
expected-workdays = Only working days have a file; count working days
expected-nothing = Expect nothing of this source
expected-save = Save
expected-forget = Drop what was set
expected-saved = Saved.
expected-forgotten = Dropped; what comes decides again.
expected-link = Files that are expected
