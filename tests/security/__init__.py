"""Who may call: TLS, certificates of callers, tokens and their scopes, through real servers over real sockets."""
