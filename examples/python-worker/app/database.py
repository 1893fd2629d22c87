import os
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors


def connect():
    """A connection to the database of DATABASE_URL, which is made where there is none yet."""
    url = os.environ["DATABASE_URL"]
    try:
        return psycopg2.connect(url)
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            raise
    name = urlsplit(url).path.lstrip("/")
    server = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    server.autocommit = True
    with server.cursor() as rows:
        try:
            rows.execute(f'CREATE DATABASE "{name}"')
        except errors.DuplicateDatabase:
            pass
    return psycopg2.connect(url)
