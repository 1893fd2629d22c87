#!/usr/bin/env bash
# shellcheck source=components/build/steps/common.sh source=components/build/steps/deployments.sh disable=SC2154
# Stands beside the ECS actions, which do not notice when ECS ends a deployment: tells ECS's verdict on each service. Where
# one is bad, it takes the other services back, and ends the run with the reason.

# Ends the whole run with the reason $1; the ECS action would wait for its time-out.
end_run() {
  aws codepipeline stop-pipeline-execution --pipeline-name "$PIPELINE" --abandon --reason "${1:0:200}" \
    --pipeline-execution-id "$PIPELINE_EXECUTION_ID" >/dev/null
  refuse "$1"
}

# Tells why the service deployment $2 (JSON) of service $1 did not succeed, and what its tasks say.
tell() {
  local revision
  say "$1: deployment $(jq -r '.serviceDeploymentArn | split("/")[-1]' <<<"$2"): $(verdict "$2")"
  revision=$(definition_of "$(jq -r .targetServiceRevision.arn <<<"$2")")
  why "$revision" "$1" || say "$1: why its tasks ended could not be read; see above"
}

# Stops service deployment $2 of service $1, and has it rolled back; where that fails, it is tried once more unless $3 is set.
stop_deployment() {
  if aws ecs stop-service-deployment --service-deployment-arn "$2" --stop-type ROLLBACK >/dev/null; then
    say "$1: its deployment is stopped and rolled back"
  elif [ -z "$3" ]; then
    take_back "$1" "$2" again # it has ended in between
  else
    say "$1: its deployment cannot be stopped; see above"
  fi
}

# Takes every service but $1 back.
take_others_back() {
  local service others=()
  for service in "${!arns[@]}"; do
    [ "$service" = "$1" ] || others+=("$service")
  done
  for service in "${others[@]}"; do take_back "$service" "${arns[$service]}"; done
  for service in "${others[@]}"; do settled "$service"; done
}

# Finds the deployment of service $1, which action $2 makes; where the action ended without one, the release has failed.
find_deployment() {
  local action started arn=
  action=$(jq --arg name "$2" 'map(select(.name == $name))[0]' <<<"$actions")
  started=$(jq -r '.start // empty' <<<"$action")
  [ -z "$started" ] || arn=$(deployment_since "$1" "$started")
  if [ -n "$arn" ]; then
    arns[$1]=$arn
  elif [[ $(jq -r '.status // empty' <<<"$action") =~ ^(Failed|Abandoned)$ ]]; then
    lost="$1"
  fi
}

declare -A arns=() judged=()
lost=
deployed=()
found=$(deployed_services)
[ -z "$found" ] || readarray -t deployed <<<"$found"
deadline=$((SECONDS + TIMEOUT_MINUTES * 60))
while [ "${#judged[@]}" -lt "${#deployed[@]}" ]; do
  [ "$SECONDS" -lt "$deadline" ] || refuse "ECS has not decided within $TIMEOUT_MINUTES minutes"
  [ "${#arns[@]}" = "${#deployed[@]}" ] || actions=$(deploy_actions)
  # All of them first: where one has failed already, the others have to be known.
  for line in "${deployed[@]}"; do
    read -r service action <<<"$line"
    [ -n "${arns[$service]:-}" ] || find_deployment "$service" "$action"
  done
  for line in "${deployed[@]}"; do
    read -r service _ <<<"$line"
    if [ -z "${arns[$service]:-}" ] || [ -n "${judged[$service]:-}" ]; then continue; fi
    now=$(deployment "${arns[$service]}")
    case "$(jq -r .status <<<"$now")" in
      SUCCESSFUL)
        say "$service: deployment ${arns[$service]##*/}: SUCCESSFUL"
        judged[$service]=yes
        ;;
      STOPPED | ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED)
        tell "$service" "$now"
        take_others_back "$service"
        end_run "$service: ECS ended the deployment: $(verdict "$now")"
        ;;
    esac
  done
  if [ -n "$lost" ]; then
    take_others_back "$lost"
    # The action has failed, and so has the run: nobody has to end it.
    refuse "$lost: the ECS action ended before it made a deployment"
  fi
  sleep "$POLL_SECONDS"
done
