"""Whether an LMA or a MAG does what the texts demand: the sentences that bind it, and the cases that observe them."""
