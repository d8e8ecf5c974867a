"""Sources that are looked at from time to time: a folder, a mailbox, an SFTP server, an object store. One story for all."""
