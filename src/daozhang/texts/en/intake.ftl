# Bringing files in: why a row or a file was set aside, and what the commands say

reject-whole = Column { $column }: "{ $value }" is not a whole number (amounts are whole minor units, without a decimal point).
reject-number = Column { $column }: "{ $value }" is not a number.
reject-number-too-fine = Column { $column }: "{ $value }" has more than four decimal places.
reject-clock = Column { $column }: "{ $value }" is not a time of day of the form 23:00.
reject-flag = Column { $column }: "{ $value }" is neither 1 nor 0.
reject-text-too-long = Column { $column } holds more than { $expected } characters.
reject-control-sign = Column { $column } holds a control character that no text has.

warn-card-column-dropped = Column { $column } holds card data that must not be kept (security code, PIN, expiry or track); it was left out.
note-undone-by = Taken back by { $by }.

refused-unclaimed = No format knows this file. Say how it is read: `daozhang map FILE`, or on its page in the console. Or name a format (--as).
refused-two-formats = More than one format knows this file ({ $formats }). Name one with --as.
refused-too-large = The file holds more than { $limit } MiB, which is what a reader may use. Split it, or raise reader_memory_mb.
refused-file-too-large = The file holds more than { $limit } MiB, the largest that is read. Split it, or raise largest_file_mb.
refused-changed = The file was written to while it was being read; no row of it was taken. Import it again once it is complete.
refused-memory = Reading the file takes more than { $limit } MiB of memory. Split it, or raise reader_memory_mb.
refused-time = Reading the file takes more than { $limit } seconds of processor time. Split it, or raise reader_cpu_s.
refused-reader-fault = The reader of this format failed on this file ({ $fault }). The other files were not affected; please report the file's format.
refused-no-table = The columns are those of no interchange table, so { $format } cannot read it.
refused-header-twice = The header names a column twice: { $columns }.
refused-parquet = The file is not a Parquet file that can be read ({ $fault }).
refused-zip-damaged = The zip is damaged or packed in a way that is not known.
refused-zip-too-many = The zip holds more than { $limit } files.
refused-zip-empty = The zip holds no file.
refused-zip-locked = The zip is locked with a password. Unpack it first.
refused-zip-nested = The zip holds another archive. Unpack it first.
refused-zip-bomb = A file in the zip grows to more than { $ratio } times its size, so it was not unpacked.
refused-spreadsheet = This is an office document without a table that can be read. Save the table as xlsx, xls, ods or CSV.
refused-unreadable = The file could not be opened ({ $fault }).
refused-arrivals = Line { $line } of the delivery list: column { $column } holds "{ $value }", which cannot be used. No file of the folder was read.
refused-sheet-locked = The workbook is locked with a password. Save it without one first.
refused-sheet-damaged = The workbook is damaged, or is not of a kind that is known (xlsx, xls, ods).
refused-sheet-too-large = The workbook unpacks to more than { $limit } MiB, so it was not opened. Save the sheet as CSV.
refused-sheet-cells = The sheets span more than { $limit } cells, empty ones counted, so the workbook was not opened. Delete what stands far outside the table, or save the sheet as CSV.

error-no-such-path = There is nothing at { $path }.
error-no-such-import = There is no import { $import_id }. List them: daozhang imports
error-undone-already = Import { $import_id } was taken back already ({ $at }).
error-nothing-to-undo = Import { $import_id } brought no rows in, so there is nothing to take back.
error-key-missing = The key ring has no key { $name }; what was made with it cannot be read.
error-key-ring = The key ring { $path } cannot be read. Restore it from the backup.
error-original-damaged = The kept original { $path } is damaged or incomplete.
error-day = "{ $value }" is not a day of the form 2026-07-01.

import-state-accepted = read
import-state-unchanged = unchanged
import-state-unclaimed = no format
import-state-refused = not read
import-state-undone = taken back
import-line = { $file }: { $accepted } rows new, { $duplicate } already there, { $quarantined } set aside, { $control } other lines · { $format } · { $import_id }
import-line-unchanged = { $file }: read before, nothing changed · { $import_id }
import-line-not-read = { $file }: { $reason }
import-warning = { $file }: note: { $warning }
import-quarantined = { $file }, line { $line_no }. { $reason }
import-quarantined-rest = This row was set aside; { $accepted } other rows of the file were taken and { $others } more were set aside.
import-quarantined-next = Ask the sender to send the file again, or correct the row and import it: daozhang quarantine { $import_id }
import-none = No files were found.
imports-title = Imports
imports-none = Nothing was imported yet: daozhang import YOUR FILES
imports-columns = No.,Import,File,State,Format,Rows in,New,Already there,Set aside
quarantine-title = Rows set aside
quarantine-none = No row was set aside.
quarantine-columns = File,Line,Column,Value,Reason
undo-done = { $import_id } ({ $file }) was taken back: { $accepted } rows are no longer counted. The file can be imported again.
reject-too-large = Column { $column } holds a number of { $digits } digits, which is no amount; it may be a card or account number in the wrong column. The line was set aside and the digits are not shown.
