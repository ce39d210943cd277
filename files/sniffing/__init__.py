"""What a file is, by its content and its name agreeing. Standard library alone: it runs in a process of its own.

`inspecting.py` starts that process with hard limits on time and memory, so that a hostile file harms only itself.
Everything here may therefore be straightforward: it reads, and refuses whatever it does not know well.
"""

from collections.abc import Callable

from files.sniffing import documents, pdf, pictures, text, zips
from files.sniffing.names import extension_of, fault_of
from files.sniffing.verdicts import Budget, Wrong

Check = Callable[[bytes, Budget], str]

CHECKS: dict[str, Check] = {
    "pdf": pdf.check,
    "docx": documents.docx,
    "xlsx": documents.xlsx,
    "pptx": documents.pptx,
    "odt": documents.odt,
    "ods": documents.ods,
    "odp": documents.odp,
    "txt": text.plain,
    "csv": text.table,
    "png": pictures.png,
    "jpg": pictures.jpeg,
    "jpeg": pictures.jpeg,
    "zip": lambda data, budget: archive(data, budget),
}
PICTURES_TOO: dict[str, Check] = {"webp": pictures.webp}  # to be shown on a page: no document, and in no archive
ARCHIVES = {"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "iso", "jar"}


def sniff(data: bytes, extension: str, budget: Budget | None = None) -> str:
    """The content type of bytes that are what `extension` (lower case, no dot) says. Raises Wrong with a refusal's code."""
    if not data:
        raise Wrong("empty")
    check = CHECKS.get(extension) or PICTURES_TOO.get(extension)
    if check is None:
        raise Wrong("type")
    return check(data, budget or Budget())


def archive(data: bytes, budget: Budget) -> str:
    """A ZIP of files that would each be accepted; no archive in an archive."""
    found = 0
    for member in zips.members(data, budget):
        folders, _, name = member.name.rpartition("/")
        if member.is_folder or _is_of_the_machine(folders, name, member.content()):
            continue
        if fault := fault_of(name):
            raise Wrong("path" if fault != "name-double" else "member")
        extension = extension_of(name)
        if extension in ARCHIVES:
            raise Wrong("nested")
        if extension not in CHECKS:
            raise Wrong("member")
        sniff(member.content(), extension, budget)
        found += 1
    if not found:
        raise Wrong("empty")
    return "application/zip"


def _is_of_the_machine(folders: str, name: str, content: bytes) -> bool:
    """What macOS and Windows put into archives unasked. Known by its first bytes too, so that nothing hides there."""
    if "__MACOSX" in folders.split("/") and name.startswith("._"):
        return content.startswith(b"\x00\x05\x16\x07")
    return (name == ".DS_Store" and content.startswith(b"\x00\x00\x00\x01Bud1")) or (
        name == "Thumbs.db" and content.startswith(zips.OLE)
    )
