#!/bin/sh
# Answers with its behaviour and its commit; "ends" ends at once, "starts" is never ready.
case $BEHAVIOUR in
ends) echo "it ends" && exit 1 ;;
starts) exec sleep 300 ;;
esac
mkdir -p answers
echo "$BEHAVIOUR $COMMIT" > answers/index.html
exec httpd -f -p 8080 -h answers
