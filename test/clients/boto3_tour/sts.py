"""Who am I?"""

from .journal import Journal, require, same


def tour(journal: Journal) -> None:
    identity = journal.client("sts").get_caller_identity()
    same(identity["Account"], "111122223333", "the account")
    require(identity["Arn"].startswith("arn:aws:iam::111122223333:user/"), f"the caller is {identity['Arn']}")
