"""Tours every service of a local AWS and prints, as one JSON document, what was done. Ends with 1 on a wrong answer."""

import argparse
import json
import os
import sys
import traceback

import boto3

from . import cloudformation, dms, dynamodb, ec2, ecs, iam, pipes, rds, rdsdata, scheduler, secretsmanager, sts
from .journal import Journal

TOURS = (sts, cloudformation, ec2, iam, secretsmanager, dynamodb, ecs, pipes, scheduler, rdsdata, rds, dms)


def main() -> int:
    options = parse_arguments()
    session = boto3.Session(
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "LOCALAWSACCESSKEY"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "local-aws-secret-access-key"),
        region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
    )
    journal = Journal(session, options.endpoint_url)
    for tour in TOURS:
        name = tour.__name__.split(".")[-1]
        try:
            tour.tour(journal)
        except Exception as error:
            traceback.print_exc()
            print(f"boto3 {boto3.__version__}: the tour of {name} failed: {error}", file=sys.stderr)
            return 1
    json.dump(journal.document(), sys.stdout, indent=2)
    print()
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="boto3_tour", description=__doc__)
    parser.add_argument(
        "--endpoint-url",
        default=os.environ.get("AWS_ENDPOINT_URL"),
        help="the local AWS (default: AWS_ENDPOINT_URL, which this program reads itself: boto3 before 1.28 does not)",
    )
    options = parser.parse_args()
    # Without an endpoint boto3 would turn to AWS itself.
    if not options.endpoint_url:
        parser.error("--endpoint-url or AWS_ENDPOINT_URL is needed")
    return options


sys.exit(main())
