from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors


def connect():
    """A connection to the database of the secret database_url, which is made where there is none yet."""
    url = Path("/run/secrets/database_url").read_text()
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
