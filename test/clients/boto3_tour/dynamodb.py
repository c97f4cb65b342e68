"""A table of its own: items, queries, scans, batches, tags."""

from .journal import Journal, same, tags


def tour(journal: Journal) -> None:
    dynamodb = journal.client("dynamodb")
    table = f"{journal.prefix}-table"
    arn = create_table(journal, dynamodb, table)
    one_by_one(journal, dynamodb, table)
    many_at_once(journal, dynamodb, table)
    edit_tags(journal, dynamodb, arn)
    dynamodb.update_table(TableName=table, ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 5})
    journal.wait(dynamodb, "table_exists", TableName=table)
    dynamodb.delete_table(TableName=table)
    journal.wait(dynamodb, "table_not_exists", TableName=table)
    with journal.refused(dynamodb, "ResourceNotFoundException", "ResourceNotFoundException"):
        dynamodb.describe_table(TableName=table)


def create_table(journal: Journal, dynamodb, table: str) -> str:
    request = {
        "TableName": table,
        "AttributeDefinitions": [
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    dynamodb.create_table(**request)
    journal.wait(dynamodb, "table_exists", TableName=table)
    with journal.refused(dynamodb, "ResourceInUseException", "ResourceInUseException"):
        dynamodb.create_table(**request)
    listed = journal.everything(dynamodb, "list_tables", at_least=2)
    same(listed.count(table), 1, "how often the table is listed")
    dynamodb.describe_time_to_live(TableName=table)
    return dynamodb.describe_table(TableName=table)["Table"]["TableArn"]


def one_by_one(journal: Journal, dynamodb, table: str) -> None:
    key = {"PK": {"S": "bot"}, "SK": {"N": "0"}}
    dynamodb.put_item(TableName=table, Item={**key, "title": {"S": "คู่มือพนักงาน"}})
    with journal.refused(dynamodb, "ConditionalCheckFailedException", "ConditionalCheckFailedException"):
        dynamodb.put_item(TableName=table, Item=key, ConditionExpression="attribute_not_exists(PK)")
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET pages = :pages",
        ExpressionAttributeValues={":pages": {"N": "3"}},
    )
    item = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
    same((item["title"]["S"], item["pages"]["N"]), ("คู่มือพนักงาน", "3"), "the item")
    dynamodb.delete_item(TableName=table, Key=key)
    same("Item" in dynamodb.get_item(TableName=table, Key=key), False, "whether the deleted item is there")


def many_at_once(journal: Journal, dynamodb, table: str) -> None:
    keys = [{"PK": {"S": "bot"}, "SK": {"N": str(number)}} for number in range(1, 13)]
    dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": key}} for key in keys]})
    got = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys[:6]}})["Responses"][table]
    same(len(got), 6, "the number of items got in a batch")
    queried = journal.everything(
        dynamodb,
        "query",
        at_least=10,
        TableName=table,
        KeyConditionExpression="PK = :bot AND SK > :two",
        ExpressionAttributeValues={":bot": {"S": "bot"}, ":two": {"N": "2"}},
        PaginationConfig={"PageSize": 4},
    )
    same([item["SK"]["N"] for item in queried], [str(number) for number in range(3, 13)], "the query")
    scanned = journal.everything(dynamodb, "scan", at_least=12, TableName=table, PaginationConfig={"PageSize": 5})
    same(len(scanned), 12, "the number of items scanned")


def edit_tags(journal: Journal, dynamodb, arn: str) -> None:
    dynamodb.tag_resource(ResourceArn=arn, Tags=tags(a="1", b="2"))
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["a"])
    same(journal.everything(dynamodb, "list_tags_of_resource", ResourceArn=arn), tags(b="2"), "the table's tags")
