#!/usr/bin/env bash
# Shell functions of the steps of the Release stage. Each step is a build of its own, and runs them with its own role.

say() { printf '%s\n' "$*"; }

# Ends the step: $* is the reason, the last line of the log.
refuse() {
  say "$*" >&2
  exit 1
}

# The entries of file $1 (image definitions, or release.json) as lines of name and image; fails where it is anything else.
# The program of a build writes release.json as {format, images}; a buildspec of one's own writes the array alone.
# Read it into a variable: a loop over $(…) or <(…) goes on without an error when this fails.
entries() {
  [ -e "$1" ] || refuse "$1: the build has not written it; write a JSON array with a name and an imageUri for each container"
  jq -rn --arg file "$1" --rawfile text "$1" '
    (try ($text | fromjson) catch null)
    | if $file == "release.json" and (type == "object") and has("format") then
        if .format == 1 then .images
        else "\($file): it is of format \(.format | tojson), but this step reads format 1; push again\n" | halt_error(1) end
      else . end
    | . as $all | if ($all | type) != "array" then "\($file): it is no JSON array; write one with a name and an imageUri for each container\n"
      | halt_error(1) else $all[] end
    | if [.name?, .imageUri?] | length == 2 and all(type == "string" and test("^\\S+$")) then "\(.name) \(.imageUri)"
      else "\($file): entry \(tojson): it needs a name and an imageUri\n" | halt_error(1) end'
}

# The lines of jq filter $3 on text $2, of variable $1; to be read into a variable, too.
list() {
  jq -r "$3" <<<"$2" || refuse "$1: it is not the list that \"pulumi up\" sets; run it for the stack"
}

# Descriptions of the tasks of family $1 that ECS wants to be $2 (RUNNING or STOPPED), as a JSON array; fails where AWS does
# not tell them, also where the shell's -e is off, as it is in $(…).
tasks() {
  local arns
  arns=$(aws ecs list-tasks --cluster "$ECS_CLUSTER" --family "$1" --desired-status "$2" --query 'taskArns' --output json) || return
  # DescribeTasks takes 100 tasks a call.
  jq -r 'range(0; length; 100) as $from | .[$from:$from + 100] | join(" ")' <<<"$arns" | while read -r page; do
    [ -n "$page" ] || continue
    # shellcheck disable=SC2086 # a list of ARNs, none with a space
    aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks $page --query 'tasks' --output json </dev/null || exit
  done | jq -s 'add // []'
}

# The last 20 log lines of container $2 of task $1, whose family is $3.
last_lines() {
  aws logs get-log-events --log-group-name "$LOG_GROUP" --log-stream-name "$3/$2/${1##*/}" --limit 20 \
    --query 'events[].message' --output json 2>/dev/null | jq -r '.[]' || say "(no log)"
}

# Why the stopped tasks of revision $1 of family $2 ended: a line a task, and the end of the log of the newest one that ran.
why() {
  local stopped newest containers
  stopped=$(tasks "$2" STOPPED | jq --arg revision "$1" '[.[] | select(.taskDefinitionArn == $revision)] | sort_by(.stoppedAt)') || return
  jq -r '.[-3:][] | "task \(.taskArn | split("/")[-1]): \(.stoppedReason // "stopped")"
    + ([.containers[] | select(.exitCode != null or .reason != null or .healthStatus == "UNHEALTHY")
      | "; \(.name): " + ([(.healthStatus | select(. == "UNHEALTHY")), (.exitCode | select(. != null) | "exit code \(.)"), .reason]
      | map(select(. != null)) | join(", "))] | join(""))' <<<"$stopped"
  # A task that ECS stopped before it ran has no log.
  newest=$(jq 'map(select(any(.containers[]; .exitCode != null)))[-1] // .[-1] // empty' <<<"$stopped")
  [ -n "$newest" ] || return 0
  containers=$(jq -r '.containers[].name' <<<"$newest") || return
  for container in $containers; do
    say "--- last log lines of $container"
    last_lines "$(jq -r .taskArn <<<"$newest")" "$container" "$2"
  done
}
