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

source-secret-missing = There is nothing in { $place }. Passwords and keys are read from the environment or a file only.
source-no-such-host = The host { $host } cannot be found.
source-no-answer = { $host }, port { $port }, does not answer. The next look tries again.
source-address-inside = { $host } leads to the inside address { $address } and was not connected to. For a host of your own, write private = true at this source.
source-needs-tls = { $host } does not use TLS. Only a host of your own (private = true) may use http.
source-login-refused = { $host } did not accept the login of { $user }.
source-broke-off = The connection to { $host } broke off ({ $fault }). What came is kept; the next look goes on.
source-host-key-unknown = The key of { $host } has not been confirmed and nothing was sent. Compare the fingerprint with the other side, then write it at source { $name }: host_key = "{ $fingerprint }"
source-host-key-other = The key of { $host } is not the confirmed one and nothing was sent. Confirmed: { $expected }; now: { $fingerprint }. Please ask the other side first.
source-folder-missing = The folder { $path } is not there or cannot be opened.
source-cannot-move = { $file } is in, but could not be moved away ({ $fault }).
source-file-changes = { $file } is still being written; the next look takes it.
source-attachment-damaged = The attachment’s encoding is incomplete; its bytes cannot be had.
source-too-large = The file is above this source’s limit of { $limit } MiB and was not fetched.
source-too-many = There are more than { $limit } objects below this prefix. Please name a narrower one.
source-busy = Somebody is looking at { $name } just now.
error-no-such-source = There is no source named { $name }. There are: { $possible }

sources-none = No source is set. Add a folder, a mailbox, an SFTP server or an object store with [[sources]] in daozhang.toml.
sources-title = Sources
sources-columns = name,kind,place,last look,seen,new,unchanged,need a person,being written,note
source-line = { $name }: { $seen } files seen, { $taken } new, { $unchanged } unchanged, { $refused } need a person, { $waiting } still being written
source-line-error = { $name }: { $reason }

ways-title = Where files come from
ways-lead = These sources are looked at regularly and new files are brought in by themselves. The same file counts once.
ways-look = Look now
ways-looking = A look at { $name } is on its way; what it brings shows here soon.
ways-never = Not looked at yet
ways-last = Last look
ways-next = Next look
ways-files = Latest files
ways-col-file = File
ways-col-state = Result
ways-col-arrived = Arrived
ways-link = Files that come by themselves
ways-kind-folder = Folder
ways-kind-imap = Mailbox
ways-kind-sftp = SFTP
ways-kind-store = Object store
