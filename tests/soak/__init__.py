"""Half an hour of mixed load with restarts: memory flat, nothing lost."""
