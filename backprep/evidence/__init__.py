"""What was run and recorded for the pages, with its origin."""
