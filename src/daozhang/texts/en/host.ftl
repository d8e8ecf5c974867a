# The settlement host

host-journal-taken = Another host writes its journal into { $folder } just now. End it first, or name another folder.
host-needs-the-word = { $address } can be reached from other machines, and nothing between terminal and host is encrypted. To allow that, add --beyond-this-machine.
host-cannot-listen = { $address }, port { $port }, cannot be listened on: somebody has it, or this machine does not. Choose another port.
host-disk = The journal could not be written ({ $fault }), so the host ended: no answer left that is not on disk. Make room, then start it again; it goes on where it was.
host-ready = Listening on { $address }, port { $port }. Journal: { $folder }; { $known ->
    [one] one exchange
   *[other] { $known } exchanges
} read back. Ctrl-C ends.
host-ended = Ended. { $answered ->
    [one] one message
   *[other] { $answered } messages
} answered with { $writes } writes to disk; the journal of the day is finished.
host-brought-in = { $file } is in: { $rows } new rows.
host-not-brought-in = { $file } is not in yet: { $reason } It stays where it is; daozhang import brings it in later.
