# Ways in: uploads of the console, watched folders, attachments, SFTP, object stores

import-stopped = The import of this file was cancelled. Nothing of it is kept.
upload-stop = Cancel
upload-left = Cancelled. Nothing of it is kept.
upload-failed = It did not get here, and nothing of it is kept. Please try again; the same file twice counts once.
upload-cancelled = Cancelled: { $file }. What it had brought in so far was taken back.
upload-over = { $file } had been read already. To take it back, open the import and undo it.
upload-stage-reading = Reading { $file } ({ $size })
upload-stage-comparing = { $rows } rows read, comparing with what is here
upload-stage-saving = { $rows } rows compared, saving
