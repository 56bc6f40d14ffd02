"""The demonstration: a scenario a person can read and extend, and what it takes to read it."""
