"""What the processes of prorata have in common, server and workers: settings, logs, and how they start."""
