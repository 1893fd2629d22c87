#!/usr/bin/env bash
# shellcheck source=components/steps/common.sh disable=SC2154
# Is what runs what was released? Reads imagedefinitions.json. At the first release it starts the service, which `up` made
# with no task, and judges its health itself: ECS's circuit breaker watches deployments, not counts.

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

# Takes a first release back: no task, and the reason $1.
take_back() {
  say "$(why "$revision" "$ECS_SERVICE")"
  aws ecs update-service --cluster "$ECS_CLUSTER" --service "$ECS_SERVICE" --desired-count 0 >/dev/null
  refuse "first release: $1; the count is 0 again"
}

# Raises the count from 0 and waits until every task is healthy.
start() {
  local deadline=$((SECONDS + TIMEOUT_MINUTES * 60)) now stopped
  say "first release: $DESIRED_COUNT task(s) of ${revision##*/} start"
  aws ecs update-service --cluster "$ECS_CLUSTER" --service "$ECS_SERVICE" --desired-count "$DESIRED_COUNT" >/dev/null
  while now=$(service) && { [ "$(jq -r .runningCount <<<"$now")" -lt "$DESIRED_COUNT" ] || [ "$(healthy "$now")" -lt "$DESIRED_COUNT" ]; }; do
    stopped=$(tasks "$ECS_SERVICE" STOPPED | jq --arg revision "$revision" '[.[] | select(.taskDefinitionArn == $revision)] | length')
    [ "$stopped" -lt 3 ] || take_back "$stopped tasks have ended"
    [ "$SECONDS" -lt "$deadline" ] || take_back "not healthy within $TIMEOUT_MINUTES minutes"
    sleep "$POLL_SECONDS"
  done
}

# The digest of image $1 (repository:tag) in its repository.
digest() {
  local path=${1#*/}
  aws ecr describe-images --repository-name "${path%:*}" --image-ids "imageTag=${path##*:}" \
    --query 'imageDetails[0].imageDigest' --output text
}

now=$(service)
revision=$(jq -r .taskDefinition <<<"$now")
[ "$(jq -r .desiredCount <<<"$now")" -gt 0 ] || start

deployment=$(aws ecs list-service-deployments --cluster "$ECS_CLUSTER" --service "$ECS_SERVICE" --output json \
  --query 'sort_by(serviceDeployments, &createdAt)[-1]')
status=$(jq -r '.status // "missing"' <<<"$deployment")
[ "$status" = SUCCESSFUL ] || refuse "the service's last deployment is $status: $(jq -r '.statusReason // "no reason given"' <<<"$deployment")"

running=$(tasks "$ECS_SERVICE" RUNNING | jq --arg service "service:$ECS_SERVICE" '[.[] | select(.group == $service)]')
[ "$(jq length <<<"$running")" -gt 0 ] || refuse "no task is running"
while read -r name image; do
  wanted=$(digest "$image" </dev/null)
  other=$(jq -r --arg name "$name" --arg wanted "$wanted" \
    '[.[].containers[] | select(.name == $name and .imageDigest != $wanted) | .imageDigest // "unknown"] | unique | join(", ")' <<<"$running")
  [ -z "$other" ] || refuse "$name: released $wanted, but $other runs"
  say "$name: $(jq length <<<"$running") task(s) run $wanted (${image##*:})"
done < <(jq -r '.[] | "\(.name) \(.imageUri)"' imagedefinitions.json)
