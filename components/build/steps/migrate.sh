#!/usr/bin/env bash
# shellcheck source=components/build/steps/common.sh disable=SC2154
# Runs every release task of the Compose file once, from the images that were just built; release.json names them.
# RELEASE_REVISIONS has each release service with the revision that "up" has made of it, as in "migrate:7 seed:12". Never is
# one based on the newest revision of its family, which a role that may register any revision could have made.

# Prints task $1 as JSON when it has stopped; stops it at the time limit.
wait_for() {
  local deadline=$((SECONDS + TIMEOUT_MINUTES * 60)) state
  while true; do
    state=$(aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks "$1" --query 'tasks[0]' --output json) || return
    [ "$(jq -r .lastStatus <<<"$state")" != STOPPED ] || break
    if [ "$SECONDS" -ge "$deadline" ]; then
      aws ecs stop-task --cluster "$ECS_CLUSTER" --task "$1" --reason "longer than $TIMEOUT_MINUTES minutes" >/dev/null
      deadline=$((SECONDS + 600))
    fi
    sleep "$POLL_SECONDS"
  done
  printf '%s' "$state"
}

# The ARN of the revision that "up" has made of release service $1.
template() {
  local one
  for one in $RELEASE_REVISIONS; do
    [ "${one%:*}" != "$1" ] || say "$RELEASE_DEFINITIONS$one"
  done
}

# Runs the release task of Compose service $1 with image $2.
run() {
  local family="$ECS_SERVICE-$1" left definition revision task state code
  left=$(aws ecs list-tasks --cluster "$ECS_CLUSTER" --family "$family" --desired-status RUNNING --query 'taskArns[]' --output text)
  [ -z "$left" ] || [ "$left" = None ] ||
    refuse "$1: a task of an earlier run is still running: $left; wait for it or stop it, then release again"
  definition=$(aws ecs describe-task-definition --task-definition "$(template "$1")" --query taskDefinition --output json |
    jq --arg name "$1" --arg image "$2" '{family, taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory,
      requiresCompatibilities, containerDefinitions: [.containerDefinitions[] | if .name == $name then .image = $image else . end]}
      + (if .runtimePlatform then {runtimePlatform} else {} end)')
  revision=$(aws ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn --output text)
  say "$1: starts as ${revision##*/}, $2"
  # One token for each try of the stage, which runs a revision of its own: ECS refuses a used token with another revision
  # ("Ensuring idempotency", ECS API reference), and a retried stage keeps its execution.
  task=$(aws ecs run-task --cluster "$ECS_CLUSTER" --task-definition "$revision" --launch-type FARGATE \
    --network-configuration "$NETWORK_CONFIGURATION" --started-by "$PIPELINE_EXECUTION_ID" \
    --client-token "$(printf '%s %s' "$CODEBUILD_BUILD_ID" "$1" | sha256sum | cut -c1-64)" --query 'tasks[0].taskArn' --output text)
  [ "$task" != None ] || refuse "$1: ECS started no task"
  state=$(wait_for "$task")
  last_lines "$task" "$1" "$family"
  code=$(jq -r --arg name "$1" '[.containers[] | select(.name == $name) | .exitCode][0] // "none"' <<<"$state")
  # A rollback does not undo this, and has to tell it; ECS itself forgets a stopped task after an hour.
  aws ecs tag-resource --resource-arn "$revision" --tags "key=compose-ecs-pipeline:execution,value=$PIPELINE_EXECUTION_ID" \
    "key=compose-ecs-pipeline:task,value=${task##*/}" "key=compose-ecs-pipeline:exit-code,value=$code"
  [ "$code" = 0 ] || refuse "$1: exit code $code ($(jq -r '.stoppedReason // "stopped"' <<<"$state")); nothing was deployed"
  say "$1: done, exit code 0"
}

released=$(entries release.json)
named=$(cut -d ' ' -f 1 <<<"$released" | sort)
expected=$(tr ' ' '\n' <<<"$RELEASE_REVISIONS" | cut -d : -f 1 | sort)
[ "$named" = "$expected" ] ||
  refuse "release.json: it names \"${named//$'\n'/, }\", but the release services of the stack are \"${expected//$'\n'/, }\"; name each once, or run \"pulumi up\" from this commit"
while read -r name image; do
  run "$name" "$image" </dev/null
done <<<"$released"
