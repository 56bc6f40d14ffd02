"""Mississippi: rules and tables. Data only; see SOURCES.md for where each came from and how sure it is."""
