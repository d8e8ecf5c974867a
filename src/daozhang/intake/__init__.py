"""sniff → read → check totals → quarantine → records: no row lost. Runs in a bounded child process."""
