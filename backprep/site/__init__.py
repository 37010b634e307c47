"""The study site's pages, made from the bank; knows no site engine."""
