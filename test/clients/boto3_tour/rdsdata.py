"""SQL over the Data API, on the cluster of the seeded stack."""

from .journal import Journal, same


def tour(journal: Journal) -> None:
    data = journal.client("rds-data")
    login = login_of_stack(journal)
    table = journal.prefix.replace("-", "_")
    in_transaction(data, login, "commit_transaction", f"create table {table} (id int primary key, name text not null)")
    insert = f"insert into {table} (id, name) values (:id, :name)"
    data.batch_execute_statement(**login, sql=insert, parameterSets=[row(1, "one"), row(2, "two")])
    in_transaction(data, login, "rollback_transaction", f"delete from {table}")

    select = f"select id, name, null::text as nothing from {table} where id > :id order by id"
    found = data.execute_statement(**login, sql=select, parameters=row(1)[:1], includeResultMetadata=True)
    same(found["records"], [[{"longValue": 2}, {"stringValue": "two"}, {"isNull": True}]], "the rows")
    same([column["typeName"] for column in found["columnMetadata"]], ["int4", "text", "text"], "the types")

    with journal.refused(data, "DatabaseErrorException"):
        data.execute_statement(**login, sql=insert, parameters=row(1, "again"))
    with journal.refused(data, "BadRequestException", "BadRequestException"):
        data.execute_statement(**login, sql=select)
    data.execute_statement(**login, sql=f"drop table {table}")


def login_of_stack(journal: Journal) -> dict:
    cloudformation, rds = journal.client("cloudformation"), journal.client("rds")
    stack = cloudformation.describe_stacks()["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    resources = journal.everything(cloudformation, "list_stack_resources", StackName=stack["StackName"])
    cluster = next(one for one in resources if one["ResourceType"] == "AWS::RDS::DBCluster")["PhysicalResourceId"]
    arn = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]["DBClusterArn"]
    return {"resourceArn": arn, "secretArn": outputs["DbConfigSecretArn"], "database": "postgres"}


def in_transaction(data, login: dict, end: str, sql: str) -> None:
    """Runs a statement in a transaction that is ended by `commit_transaction` or `rollback_transaction`."""
    transaction = data.begin_transaction(**login)["transactionId"]
    data.execute_statement(**login, sql=sql, transactionId=transaction)
    own = {name: value for name, value in login.items() if name != "database"}
    getattr(data, end)(**own, transactionId=transaction)


def row(number: int, name: str = "") -> list:
    return [{"name": "id", "value": {"longValue": number}}, {"name": "name", "value": {"stringValue": name}}]
