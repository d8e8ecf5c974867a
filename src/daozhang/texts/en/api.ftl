# The HTTP API and its tokens

api-no-token = A valid token is missing. Send it as Authorization: Bearer …; tokens are made with daozhang token new.
api-may-not = The token { $name } may not do this ({ $may }).
api-not-found = There is no such thing here.
api-wrong-value = These values cannot be used: { $names }.
api-length-needed = The request must state its Content-Length.
api-too-large = The file holds more than { $limit } MiB, the most a reader may hold. Split it, or raise reader_memory_mb.
api-too-many = This token has made { $limit } requests in this minute. Please come again in { $seconds } seconds.
api-disk-full = The disk is full. The file was not taken, and nothing of it is kept.
api-empty-file = { $file } is empty and was not taken.
api-cut = The request ended before its last byte. Nothing of it is kept; please send it again.
api-form-unreadable = The form cannot be read.
api-one-file = One request takes one file; this one has { $count }.
api-name-needed = The name of the file is missing: file_name=… or X-File-Name.
api-key-odd = An Idempotency-Key is at most { $limit } printable ASCII characters.
api-over = File { $id } was over already ({ $state }). To take it back, undo its import.
api-fault = Something of ours went wrong and the request was not completed. Sending it again with the same Idempotency-Key is safe.

error-key-other-body = The Idempotency-Key “{ $name }” was used for another request within seven days. Use a new one for each request.
error-token-name = “{ $name }” cannot be the name of a token. Letters, digits and . _ @ - are possible, at most 64.
error-token-may = Not something a token may do: { $value }. Possible: { $possible }.
error-token-taken = There is a token named { $name } already. Choose another name.
error-no-such-token = There is no token named { $name }. All of them: daozhang token list
error-token-revoked = The token { $name } was revoked before ({ $at }).

token-made = The token { $name } is made. It is shown only now; keep it safe:
token-revoked-now = The token { $name } is revoked, at once.
token-none = There is no token yet: daozhang token new NAME --may import,read
token-title = Tokens
token-columns = name,may,made by,made,last used,revoked
