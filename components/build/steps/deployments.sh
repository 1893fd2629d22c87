#!/usr/bin/env bash
# shellcheck disable=SC2154
# Shell functions about ECS service deployments, of the steps that judge them. SERVICES tells the environment's ECS
# services as JSON: [{service, action, imageDefinitions, desiredCount}], action being null where nothing is built for one.

# The ECS services that an ECS action deploys, as lines of service and action.
deployed_services() {
  list SERVICES "$SERVICES" '.[] | select(.action != null) | "\(.service) \(.action)"'
}

# ECS service $1 as it is now, as JSON.
service() {
  aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$1" --query 'services[0]' --output json
}

# The ECS actions of this run, as a JSON array.
deploy_actions() {
  aws codepipeline list-action-executions --pipeline-name "$PIPELINE" --output json \
    --filter "pipelineExecutionId=$PIPELINE_EXECUTION_ID" --query 'actionExecutionDetails[].{name: actionName, status: status, start: startTime}'
}

# The first deployment of service $1 since $2, which is the one the ECS action made: the stage's lock keeps every other out.
deployment_since() {
  aws ecs list-service-deployments --cluster "$ECS_CLUSTER" --service "$1" --created-at "after=$2" --output text \
    --query 'sort_by(serviceDeployments, &createdAt)[0].serviceDeploymentArn' | sed '/^None$/d'
}

# Service deployment $1 as JSON.
deployment() {
  aws ecs describe-service-deployments --service-deployment-arns "$1" --query 'serviceDeployments[0]' --output json
}

# The task definition of service revision $1.
definition_of() {
  aws ecs describe-service-revisions --service-revision-arns "$1" --query 'serviceRevisions[0].taskDefinition' --output text
}

# ECS's word for a service deployment, given as JSON.
verdict() { jq -r '"\(.status): \(.statusReason // "no reason given")"' <<<"$1"; }

# Waits until service deployment $1 is decided; prints it as JSON.
decided() {
  local deadline=$((SECONDS + TIMEOUT_MINUTES * 60)) now
  while now=$(deployment "$1") && [[ $(jq -r .status <<<"$now") =~ PENDING|IN_PROGRESS|REQUESTED ]]; do
    [ "$SECONDS" -lt "$deadline" ] || break
    sleep "$POLL_SECONDS"
  done
  printf '%s' "$now"
}

# Takes service $1 back to the revision from before its service deployment $2, and says what came of it. A deployment that
# still goes on is the caller's to stop; $3 is not empty when it has tried to.
take_back() {
  local now before count
  now=$(deployment "$2")
  before=$(jq -r '.sourceServiceRevisions[0].arn // empty' <<<"$now")
  count=$(service "$1" | jq -r .desiredCount)
  if [ -z "$before" ]; then
    say "$1: ran nothing before this release, so there is nothing to go back to"
  elif [ "$count" = 0 ]; then
    say "$1: has no task yet, so there is nothing to go back to"
  elif [ "$(jq -r .status <<<"$now")" = SUCCESSFUL ]; then
    before=$(definition_of "$before")
    aws ecs update-service --cluster "$ECS_CLUSTER" --service "$1" --task-definition "$before" >/dev/null
    say "$1: goes back to ${before##*/}"
  elif [[ $(jq -r .status <<<"$now") =~ ^(PENDING|IN_PROGRESS)$ ]]; then
    stop_deployment "$1" "$2" "${3:-}"
  else
    say "$1: $(verdict "$now")"
  fi
}

# Waits until service $1 has ended its newest deployment, and says how that ended.
settled() {
  local newest
  newest=$(aws ecs list-service-deployments --cluster "$ECS_CLUSTER" --service "$1" --output text \
    --query 'sort_by(serviceDeployments, &createdAt)[-1].serviceDeploymentArn')
  say "$1: $(verdict "$(decided "$newest")")"
}
