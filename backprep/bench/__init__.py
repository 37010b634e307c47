"""What mixed precision saves on this machine, measured.

`record` and `page` read and show what was measured and know nothing of torch; the
other modules measure.
"""
