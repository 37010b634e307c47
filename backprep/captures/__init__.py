"""What the guides show of the program, recorded from the program itself."""
