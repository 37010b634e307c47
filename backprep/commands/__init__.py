"""The commands of backprep that practise, look back and measure."""
