"""What happens when parts of the arena die at the worst moment (quality R1-R5, R8, R13): `python -m bench.chaos`."""
