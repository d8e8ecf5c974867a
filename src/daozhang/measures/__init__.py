"""What the head of operations watches: the figures of the desk's own work and money, as functions of values."""
