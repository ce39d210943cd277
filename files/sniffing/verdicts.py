"""What the checks of this package say, and what they may spend."""

MEGABYTE = 1_000_000
UNPACKED_AT_MOST = 200 * MEGABYTE  # everything in one upload, all levels together
RATIO_AT_MOST = 100  # text in an office document shrinks to about a twentieth; a bomb to a thousandth
RATIO_COUNTS_FROM = 10 * MEGABYTE  # below that, no ratio hurts
MEMBERS_AT_MOST = 5_000
PIXELS_AT_MOST = 100 * MEGABYTE  # a scanned A1 plan at 300 dpi has 70 million
LEVELS_AT_MOST = 3  # an archive, a document in it, a table in that


class Wrong(Exception):
    """The file is refused: `code` is a key of `files.refusals.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Budget:
    """What one upload may still unpack to, in bytes and in members."""

    def __init__(self) -> None:
        self.bytes = UNPACKED_AT_MOST
        self.members = MEMBERS_AT_MOST
        self.level = 0

    def spend(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise Wrong("bomb")

    def spend_members(self, count: int) -> None:
        self.members -= count
        if self.members < 0:
            raise Wrong("bomb")
