"""The whole product under a simulated clock and faulty ports, in one process, drawn from one seed."""
