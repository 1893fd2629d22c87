#!/usr/bin/env bash
# shellcheck source=components/build/steps/common.sh source=components/build/steps/deployments.sh disable=SC2154,SC2153
# Is what runs what was released? Reads the image definitions of each ECS service. At its first release it starts a service,
# which `up` made with no task, and judges its health itself: ECS's circuit breaker watches deployments, not counts.

# Healthy tasks of the service as JSON $1: by the load balancer where there is one, else by what runs.
healthy() {
  local group
  group=$(jq -r '.loadBalancers[0].targetGroupArn // empty' <<<"$1")
  if [ -z "$group" ]; then
    jq -r .runningCount <<<"$1"
  else
    aws elbv2 describe-target-health --target-group-arn "$group" --output json \
      --query "length(TargetHealthDescriptions[?TargetHealth.State=='healthy'])"
  fi
}

set_count() {
  aws ecs update-service --cluster "$ECS_CLUSTER" --service "$1" --desired-count "$2" >/dev/null
}

# Watch comes before this step and has seen every deployment end: there is none to stop, nor a permission to.
stop_deployment() { say "$1: its deployment still goes on"; }

# The most tasks that service $1 may have now: none while its schedule has it asleep.
most_tasks() {
  aws application-autoscaling describe-scalable-targets --service-namespace ecs --output text \
    --resource-ids "service/$ECS_CLUSTER/$1" --query 'ScalableTargets[0].MaxCapacity'
}

# At the end, however it comes: services that the schedule has asleep, and still has, sleep on.
sleep_on() {
  local name most
  for name in "${asleep[@]}"; do
    most=$(most_tasks "$name")
    [ "$most" = 0 ] || continue
    set_count "$name" 0
    say "$name: asleep again"
  done
}

# Ends the release, which failed at service $1 for the reason $2: what it started has no task again, the other services go
# back to what ran before. So does one that was asleep, or its schedule would start what has failed.
end_release() {
  local service action arn started actions deployed others=()
  for service in "${first[@]}"; do set_count "$service" 0; done
  actions=$(deploy_actions)
  deployed=$(deployed_services)
  while read -r service action; do
    [[ " $1 ${first[*]} " != *" $service "* || " ${asleep[*]} " == *" $service "* ]] || continue
    started=$(jq -r --arg name "$action" 'map(select(.name == $name))[0].start // empty' <<<"$actions")
    [ -n "$started" ] || continue
    arn=$(deployment_since "$service" "$started" </dev/null)
    [ -n "$arn" ] || continue
    take_back "$service" "$arn" </dev/null
    others+=("$service")
  done <<<"$deployed"
  for service in "${others[@]}"; do settled "$service"; done
  [ "${#first[@]}" = 0 ] || refuse "$1: first release: $2; the count of ${first[*]} is 0 again"
  refuse "$1: $2"
}

# Waits until every task of service $1, which has $2 of them, is healthy.
until_healthy() {
  local deadline=$((SECONDS + TIMEOUT_MINUTES * 60)) now up revision stopped
  # Not in the loop's condition, where a call that fails would count as an answer.
  while true; do
    now=$(service "$1")
    if [ "$(jq -r .runningCount <<<"$now")" -ge "$2" ]; then
      up=$(healthy "$now")
      if [ "$up" -ge "$2" ]; then return 0; fi
    fi
    revision=$(jq -r .taskDefinition <<<"$now")
    stopped=$(tasks "$1" STOPPED | jq --arg revision "$revision" --argjson before "${ended[$1]}" \
      '[.[] | select(.taskDefinitionArn == $revision and (.taskArn | IN($before[]) | not))] | length')
    if [ "$stopped" -ge 3 ] || [ "$SECONDS" -ge "$deadline" ]; then
      say "$(why "$revision" "$1")"
      [ "$stopped" -ge 3 ] || end_release "$1" "not healthy within $TIMEOUT_MINUTES minutes"
      end_release "$1" "$stopped tasks have ended"
    fi
    sleep "$POLL_SECONDS"
  done
}

# The digest of image $1 (repository:tag, or repository@digest as it is) in its repository.
digest() {
  local path=${1#*/}
  if [[ $path == *@* ]]; then
    say "${path#*@}"
    return
  fi
  aws ecr describe-images --repository-name "${path%:*}" --image-ids "imageTag=${path##*:}" \
    --query 'imageDetails[0].imageDigest' --output text
}

# Ends the release unless service $1 runs the images of its image definitions, and its last deployment was a success.
judge() {
  local deployment status running name image wanted other
  deployment=$(aws ecs list-service-deployments --cluster "$ECS_CLUSTER" --service "$1" --output json \
    --query 'sort_by(serviceDeployments, &createdAt)[-1]')
  status=$(jq -r '.status // "missing"' <<<"$deployment")
  [ "$status" = SUCCESSFUL ] || end_release "$1" "the last deployment is $status: $(jq -r '.statusReason // "no reason given"' <<<"$deployment")"
  running=$(tasks "$1" RUNNING | jq --arg service "service:$1" '[.[] | select(.group == $service)]')
  [ "$(jq length <<<"$running")" -gt 0 ] || end_release "$1" "no task is running"
  while read -r name image; do
    [ -n "$name" ] || continue # nothing is built for this service
    wanted=$(digest "$image" </dev/null)
    other=$(jq -r --arg name "$name" --arg wanted "$wanted" \
      '[.[].containers[] | select(.name == $name and .imageDigest != $wanted) | .imageDigest // "unknown"] | unique | join(", ")' <<<"$running")
    [ -z "$other" ] || end_release "$1" "$name: released $wanted, but $other runs"
    if [[ $image == *@* ]]; then tag=; else tag=${image##*:}; fi
    say "$name: $(jq length <<<"$running") task(s) run $wanted${tag:+ ($tag)}"
  done <<<"${definitions[$1]:-}"
}

# Asks the application itself, and wants its answer to hold the expected text.
smoke_test() {
  local answer expected=${SMOKE_TEST_ANSWER//\{commit\}/$tag}
  [ -n "$SMOKE_TEST_URL" ] || return 0
  answer=$(curl --silent --show-error --fail --max-time 30 "$SMOKE_TEST_URL" 2>&1) ||
    refuse "smoke test: $SMOKE_TEST_URL: ${answer:0:200}; the new revision still runs"
  [[ $answer == *"$expected"* ]] ||
    refuse "smoke test: $SMOKE_TEST_URL does not answer \"$expected\" but \"${answer:0:200}\"; the new revision still runs"
  say "smoke test: $SMOKE_TEST_URL answers \"$expected\""
}

# The images that this run has released to containers and release tasks, each once.
released() {
  local file
  for file in imagedefinitions*.json release.json; do
    [ ! -e "$file" ] || entries "$file" || return
  done | cut -d ' ' -f 2 | sort -u
}

# Gives image $1:$2 (repository and commit's tag) the tag verified-$2, from which other environments may promote it.
mark() {
  local image digest there error
  image=$(aws ecr batch-get-image --repository-name "$1" --image-ids "imageTag=$2" --query 'images[0]' --output json)
  digest=$(jq -r .imageId.imageDigest <<<"$image")
  error=$(aws ecr put-image --output text --query image.imageId.imageDigest --cli-input-json "$(jq --arg name "$1" --arg tag "verified-$2" \
    '{repositoryName: $name, imageTag: $tag, imageDigest: .imageId.imageDigest, imageManifest, imageManifestMediaType}' <<<"$image")" 2>&1) ||
    case $error in
      # A run that is tried again has marked it before.
      *ImageAlreadyExistsException* | *ImageTagAlreadyExistsException*)
        there=$(digest "registry/$1:verified-$2")
        [ "$there" = "$digest" ] ||
          refuse "$1: verified-$2 is $there, but $digest was released; delete that tag and retry the stage; the new revision still runs"
        ;;
      *) refuse "$1: verified-$2: $error; the new revision still runs" ;;
    esac
  say "$1: $digest is verified-$2"
}

# Marks every image of the pipeline's own that was released by a commit's tag; a digest belongs to no commit.
mark_released() {
  local image path repository digests=
  while read -r image; do
    [ -n "$image" ] || continue
    path=${image#*/}
    repository=${path%%[@:]*}
    [[ " $IMAGE_REPOSITORIES " == *" $repository "* ]] || continue
    if [[ $path == *@* ]]; then digests=yes; else mark "$repository" "${path##*:}" </dev/null; fi
  done <<<"$images"
  [ -z "$digests" ] || say "images that were released by digest belong to no commit and are not marked as verified"
}

services=$(list SERVICES "$SERVICES" '.[] | "\(.service) \(.desiredCount) \(.sleeps // false) \(if .action then .imageDefinitions else "" end)"')
# All that was released is read before anything is changed.
declare -A definitions=()
while read -r name _ _ file; do
  [ -n "$file" ] || continue
  definitions[$name]=$(entries "$file")
  [ -n "${definitions[$name]}" ] || refuse "$file: it names no container of $name; write the image of each one that is built"
done <<<"$services"
images=$(released)
first=()
asleep=()
# Tasks that have ended before this step, as when it is tried again, say nothing of those that it starts.
declare -A ended=()
tag=
trap sleep_on EXIT
while read -r name count sleeps _; do
  now=$(service "$name" </dev/null)
  [ "$(jq -r .desiredCount <<<"$now")" = 0 ] || continue
  most=
  if [ "$sleeps" = true ]; then most=$(most_tasks "$name" </dev/null); fi
  if [ "$most" = 0 ]; then
    say "$name is asleep: $count task(s) start for this check, and end with it"
    asleep+=("$name")
  else
    say "first release of $name: $count task(s) start"
    first+=("$name")
  fi
  ended[$name]=$(tasks "$name" STOPPED </dev/null | jq '[.[].taskArn]')
  set_count "$name" "$count" </dev/null
done <<<"$services"
while read -r name count _; do
  [[ " ${first[*]} ${asleep[*]} " != *" $name "* ]] || until_healthy "$name" "$count" </dev/null
done <<<"$services"
while read -r name _; do
  judge "$name" </dev/null
done <<<"$services"
smoke_test
mark_released
trap - EXIT
sleep_on
