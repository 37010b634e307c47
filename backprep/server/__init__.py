"""The study site on this machine, with the judge in its pages."""
