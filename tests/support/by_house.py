"""Which of pytest-xdist's processes does which tests."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

SHARED_HOUSES = ("tests/browser/", "tests/end_to_end/")


class ByHouse(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives a process a whole file, or a whole folder whose files share a house.

    The test in which a process died has failed. xdist 3.8 would give it, and what was done already, to another process:
    it dies again, or waits for ever for the end of a file in which nothing is left to do.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in SHARED_HOUSES if file.startswith(folder)), file)

    def remove_node(self, node: Any) -> str | None:
        """Leaves what a dead process had not begun to the others, and tells in which test it died."""
        had: dict[str, dict[str, bool]] = self.assigned_work.pop(node)
        left = [test for tests in had.values() for test, done in tests.items() if not done]
        for test in left[1:]:
            self.workqueue.setdefault(self._split_scope(test), {})[test] = False
        for other in self.nodes:
            self._reschedule(other)
        return left[0] if left else None

    def _reschedule(self, node: Any) -> None:
        """A process begins its last test when it knows that nothing comes behind it.

        One that takes a dead one's place is passed over as long as it looks for its tests.
        """
        if node not in self.registered_collections:
            return
        super()._reschedule(node)
        if not self.workqueue and not node.shutting_down:
            node.shutdown()
