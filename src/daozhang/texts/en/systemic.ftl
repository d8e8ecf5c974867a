# One difference across many rows, said once
break-systemic-difference-name = The same difference in many rows
break-systemic-difference-short = { $merchant }: many rows since { $day } differ in the same way, { $amount } in all.
ask-systemic-difference = Please ask: has the file layout, the fee rate or the system changed lately, and from which day on?
why-systemic-extent = { $rows } rows ({ $share }% of the same reach and days), { $merchants } merchants, { $days } days from { $first } to { $last }, { $gap } in all
why-systemic-fee-rate = Every fee fits another rate: { $rate } in the contract, { $paid_rate } charged. { why-systemic-extent }.
why-systemic-fee-cap = The cap of { $cap } was applied to none of these fees. { why-systemic-extent }.
why-systemic-fee-rounded = The fees differ from the contract only in how they are rounded, by less than a fen each. { why-systemic-extent }.
why-systemic-fee-offset = Every fee is { $each } { $side ->
    [more] more
   *[less] less
} than the contract says. { why-systemic-extent }.
why-systemic-fee-factor = Every fee is { $factor } times the contract's. { why-systemic-extent }.
why-systemic-fee-several = The fees differ from the contract in { $answers } ways that each fit many rows. { why-systemic-extent }.
why-systemic-unit = Every amount in clearing is { $factor } times the terminal's, as if yuan and fen were mixed up. { why-systemic-extent }.
why-systemic-sign = The amounts in clearing have the opposite sign. { why-systemic-extent }.
why-systemic-late = All cleared later than the day they were expected. { why-systemic-extent }.
why-systemic-day = The clearing day is { $shift } days from the expected one. { why-systemic-extent }.
why-systemic-day-several = The clearing days are far from the expected ones. { why-systemic-extent }.
why-systemic-kind = The two sides name different kinds of payment. { why-systemic-extent }.
why-systemic-state = The terminal recorded them as declined or cancelled and clearing has them, or the other way round. { why-systemic-extent }.
why-systemic-mixed = Several things differ at once: { $words }. { why-systemic-extent }.
why-systemic-shops = Nothing that these merchants should have on those days is in clearing, as if a file were missing. { why-systemic-extent }.
why-systemic-terminals = Nothing that these terminals should have on those days is in clearing, as if a group of terminals were missing. { why-systemic-extent }.
why-systemic-part = A part of what should be in clearing on those days is missing, as if a file were cut. { why-systemic-extent }.
why-systemic-doubled = Clearing lines are here a second time. { why-systemic-extent }.
why-systemic-zone = The clocks of { $terminals } terminals are { $hours } hours off, as if they kept another time zone. { why-systemic-extent }.
why-systemic-unexplained = Too many rows to go through one by one, and no single cause fits them; the rows can be listed at any time. { why-systemic-extent }.
cause-d099-name = File written differently than agreed: unit, sign, date or kind
cause-d099-fix = Do not work through these rows one by one; ask the acquirer which form holds, have the file sent again as agreed, or register the confirmed form and read it in again.
cause-d099-documents = Example rows (file and line) and the agreed layout
cause-d099-verify = After the new file, or reading it in again, the difference is gone from the same rows.
