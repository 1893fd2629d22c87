#!/bin/sh
# "fails" ends with 1, "waits" ends only when it is stopped.
echo "migrates: $BEHAVIOUR"
case $BEHAVIOUR in
fails) exit 1 ;;
waits) sleep 300 ;;
esac
