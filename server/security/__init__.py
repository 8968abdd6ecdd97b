"""Who may call: tokens and their keys, certificates of the server and of its callers, and the files they come from."""
