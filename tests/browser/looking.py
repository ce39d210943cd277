"""What a machine sees of a page that stands still: axe's findings, and whether it scrolls sideways, at two widths."""

from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = (320, 1280)
# Best-practice rules too; what axe cannot decide is not a violation, and is looked at by eye.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = "options => axe.run(options).then(found => found.violations)"
QUIET = 60  # milliseconds without a request: less than Playwright's own half a second, which a suite of pages waits for often
UNDER_WAY = WeakKeyDictionary()  # by page: the requests without an answer, and how many there have been


class Traffic:
    def __init__(self, page):
        self.open, self.count = set(), 0
        page.on("request", self._began)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _began(self, request):
        self.open.add(request)
        self.count += 1

    def _ended(self, request):
        self.open.discard(request)


def watch(page):
    """To be called before the page goes anywhere."""
    UNDER_WAY[page] = Traffic(page)


def settle(page):
    """Until the page is loaded and has asked for nothing more for a moment: what htmx and modules fetch has come."""
    page.wait_for_load_state("load")
    traffic, before = UNDER_WAY[page], -1
    while traffic.open or traffic.count != before:
        before = traffic.count
        page.wait_for_timeout(QUIET)


def violations(page, options=OPTIONS):
    """What axe finds on the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, options)


def looked_at(page, path):
    settle(page)
    found, before = [], page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({**before, "width": width})
        found += [
            f"{width} {path}: {one['id']} {'; '.join(str(node['target']) for node in one['nodes'][:3])}"
            for one in violations(page)
        ]
        if (scroll := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{width} {path}: scrolls sideways to {scroll}")
    page.set_viewport_size(before)
    return found
