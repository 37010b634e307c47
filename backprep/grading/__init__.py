"""A cohort's answers: judged on many processes, and read as a whole."""
