"""Makes the table of jobs, and a job that tells of the release."""

from database import connect

with connect() as database, database.cursor() as rows:
    rows.execute("CREATE TABLE IF NOT EXISTS jobs (id serial PRIMARY KEY, text text NOT NULL, done_at timestamptz)")
    rows.execute("INSERT INTO jobs (text) VALUES ('greet the release')")
