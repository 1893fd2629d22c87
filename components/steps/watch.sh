#!/usr/bin/env bash
# shellcheck source=components/steps/common.sh disable=SC2154
# Stands beside the ECS action, which does not notice when ECS ends its deployment: tells ECS's verdict, and ends the run
# with the reason where it is a bad one.

# The ECS action of this run, as JSON.
deploy_action() {
  aws codepipeline list-action-executions --pipeline-name "$PIPELINE" \
    --filter "pipelineExecutionId=$PIPELINE_EXECUTION_ID" --output json \
    --query "actionExecutionDetails[?actionName=='Deploy'] | [0]"
}

# The first deployment since $1, which is the one the ECS action made: the stage's lock keeps every other out.
deployment_since() {
  aws ecs list-service-deployments --cluster "$ECS_CLUSTER" --service "$ECS_SERVICE" --created-at "after=$1" \
    --output json --query 'sort_by(serviceDeployments, &createdAt)[0]'
}

# Ends the whole run with the reason $1; the ECS action would wait for its time-out.
end_run() {
  aws codepipeline stop-pipeline-execution --pipeline-name "$PIPELINE" --abandon --reason "${1:0:200}" \
    --pipeline-execution-id "$PIPELINE_EXECUTION_ID" >/dev/null
  refuse "$1"
}

# ECS's word for service deployment $1 that did not succeed, and what its tasks say.
tell() {
  local revision
  say "$(jq -r '"deployment \(.serviceDeploymentArn | split("/")[-1]): \(.status): \(.statusReason // "no reason given")"' <<<"$1")"
  revision=$(aws ecs describe-service-revisions --output text --query 'serviceRevisions[0].taskDefinition' \
    --service-revision-arns "$(jq -r .targetServiceRevision.arn <<<"$1")")
  why "$revision" "$ECS_SERVICE"
}

deadline=$((SECONDS + TIMEOUT_MINUTES * 60))
while [ "$SECONDS" -lt "$deadline" ]; do
  action=$(deploy_action)
  started=$(jq -r '.startTime // empty' <<<"$action")
  arn=
  [ -z "$started" ] || arn=$(deployment_since "$started" | jq -r '.serviceDeploymentArn // empty')
  if [ -z "$arn" ]; then
    case "$(jq -r '.status // empty' <<<"$action")" in
      Failed | Abandoned) refuse "the ECS action ended before it made a deployment" ;;
    esac
  else
    deployment=$(aws ecs describe-service-deployments --service-deployment-arns "$arn" --query 'serviceDeployments[0]' --output json)
    case "$(jq -r .status <<<"$deployment")" in
      SUCCESSFUL) say "deployment ${arn##*/}: SUCCESSFUL"; exit 0 ;;
      STOPPED | ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED)
        tell "$deployment"
        end_run "ECS ended the deployment: $(jq -r '"\(.status): \(.statusReason // "no reason given")"' <<<"$deployment")"
        ;;
    esac
  fi
  sleep "$POLL_SECONDS"
done
refuse "ECS has not decided within $TIMEOUT_MINUTES minutes"
