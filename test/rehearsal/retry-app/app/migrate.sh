#!/bin/sh
# "fails" ends with 1, "waits" ends only when it is stopped, "asks the database" fails if no PostgreSQL answers there.
echo "migrates: $BEHAVIOUR"
case $BEHAVIOUR in
fails) exit 1 ;;
waits) exec sleep 300 ;;
"asks the database")
  # Does it speak TLS? Its answer is S or N.
  answer=$(printf '\0\0\0\010\004\322\026\057' | nc -w 5 database 5432 | head -c 1)
  case $answer in
  S | N) echo "the database answers" ;;
  *) exit 1 ;;
  esac
  ;;
esac
