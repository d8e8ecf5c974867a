# Quarantine: how lines that were set aside are put right, taken in again, and exported for their sender

quarantine-head-file = File
quarantine-head-line-no = Line
quarantine-head-column = Column
quarantine-head-value = Value
quarantine-head-reason = Reason
quarantine-head-raw = Line as received
quarantine-exported = { $rows } lines written to { $file }

correct-title = Correction
correct-columns = Line,State,Table,Column,Before,After,Reason
correct-state-read = can be read
correct-state-aside = still set aside
correct-state-no-row = is no row
correct-done = { $rows } lines taken in ({ $duplicate } of them were here already), correction { $import_id }. To take it back: daozhang undo { $import_id }

error-correct-no-cells = A file of this kind ({ $format }) is no delimited text, so its cells cannot be corrected. Enter the line as a row of an interchange table.
error-correct-no-line = No waiting line holds "{ $value }" in column { $column }.
error-correct-column = There is no column { $column }. The columns are: { $columns }
error-correct-why = Say why; the reason is kept with the correction.
error-correct-none = Line { $line_no } still cannot be read; see column { $column }. It stays set aside and nothing changed.
error-correct-nothing = Say which line to correct, and how.
error-correct-many = One correction may hold { $most } lines at most.
error-correct-not-waiting = Line { $line_no } is not waiting: it was corrected already, or was never set aside.
error-correct-not-read = The corrected lines cannot be read as { $format }; nothing changed.
error-correct-table = Name one interchange table: { $tables }
error-correct-no-original = The original of import { $import_id } was not kept, so it cannot be corrected. Ask the sender for the file again.
error-correct-not-standing = Import { $import_id } cannot be corrected: it was taken back, was not read, or is a correction itself.
error-correct-pair = "{ $words }" should be of the form column=value.

aside-title = Lines set aside
aside-lead = { $file }: { $waiting } lines wait, { $corrected } are corrected. All other lines were taken and are used.
aside-all = All
aside-filter = By reason
aside-export = Export for the sender (CSV)
aside-open = Correct
aside-go = Put the lines right
aside-none = No line waits.
aside-row-title = Correct line { $line }
aside-cells = What stands on this line
aside-cells-hint = Change only what is wrong. The line is then read again by the format of its file.
aside-record = The whole line
aside-record-hint = Where the line was cut or has a delimiter too many, write it as it should have been.
aside-enter = Enter this line
aside-enter-hint = Cells of such a file cannot be corrected. Enter the row as one of an interchange table, amounts in whole minor units.
aside-enter-table = Interchange table
aside-same = Correct all { $count } lines with the same cell in column { $column }
aside-why = Why
aside-why-hint = Kept with who did it and when.
aside-preview = See how it reads
aside-preview-title = This is how it will be read
aside-preview-nothing = Nothing was changed. Change a cell first.
aside-preview-reads = { $count } lines can be read
aside-preview-still = { $count } lines stay set aside
aside-apply = Take these lines in
aside-back = Back to the line
aside-change = { $column }: { $before } → { $after }
aside-line-changed = The whole line was written anew
aside-empty = (empty)
aside-done = { $rows } lines were corrected and taken in.
aside-corrections = Corrections made
aside-correction = { $rows } lines, { $by }: { $why }
aside-undo = Take this correction back
aside-corrected = Corrected
aside-of = This is a correction of another import.
aside-of-link = See the import of the file
