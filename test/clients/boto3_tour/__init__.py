"""A tour of the local AWS with nothing but boto3: `python3 -m boto3_tour --endpoint-url http://127.0.0.1:PORT`."""
