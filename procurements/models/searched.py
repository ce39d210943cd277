"""What the search knows of its own index. All of it can be made again from the search rows."""

from __future__ import annotations

from django.db import models


class SearchWord(models.Model):
    """A word that stands in some notice, as it is written there, in small letters: what a misspelt word may have meant."""

    word = models.CharField(max_length=60, primary_key=True)
    notices = models.PositiveIntegerField()  # in about how many

    # Found by an index over its letters without their accents (migration 0009).

    def __str__(self) -> str:
        return self.word


class KeyCount(models.Model):
    """In how many notices a key stands ("P:33196", "state:open"), counted some minutes ago: what an empty question is answered
    from, and how rare a filter is.
    """

    scope = models.CharField(max_length=10)  # a state of the list: "open", "influence", "closed", "all"
    key = models.CharField(max_length=60, db_collation="C")
    notices = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="key_counted_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class ChangeEpoch(models.Model):
    """What is added to the number of a transaction, so that `NoticeSearch.changed` goes on growing after a restore. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    base = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_change_epoch", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.base)
