workspace-made = The workspace is ready: { $path }. Next: daozhang import YOUR FILES
error-workspace-exists = { $path } is a workspace already; nothing was changed.
error-workspace-not-empty = { $path } is not empty; nothing was changed. Choose an empty directory.
error-no-workspace = { $path } is not a workspace. Name one with --workspace, or make one: daozhang init DIRECTORY
error-settings = The settings need correcting; nothing was started: { $problems }
error-database-url = The database address must begin with postgresql://, not { $scheme }
