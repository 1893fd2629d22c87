#!/usr/bin/env bash
# shellcheck source=components/build/steps/common.sh disable=SC2154
# Names the images of a run that builds none: each source artifact holds the imageDetail.json of one image ("imageDetail.json
# file", CodePipeline user guide). IMAGES tells them as JSON: [{image, repository, artifact}]; the first is the primary source.

# The folder of input artifact $1: the first one's is this folder.
folder() {
  local variable="CODEBUILD_SRC_DIR_$1"
  printf '%s' "${!variable:-$CODEBUILD_SRC_DIR}"
}

# The digest that a task runs of digest $2 in repository $1: of an index, as buildx pushes one, its image for the processor.
runs() {
  local manifest found
  manifest=$(aws ecr batch-get-image --repository-name "$1" --image-ids "imageDigest=$2" --query 'images[0].imageManifest' --output json)
  [ "$manifest" != null ] || refuse "$1: $2 is not there any more; push the image again"
  found=$(jq -r --arg architecture "$ARCHITECTURE" --arg pushed "$2" 'fromjson | if .manifests then
    ([.manifests[] | select(.platform.os == "linux" and .platform.architecture == $architecture) | .digest][0] // "") else $pushed end' <<<"$manifest")
  [ -n "$found" ] || refuse "$1: $2 has no image for linux/$ARCHITECTURE; push one for that platform"
  printf '%s' "$found"
}

sources=$(list IMAGES "$IMAGES" '.[] | "\(.image) \(.repository) \(.artifact)"')
files=$(list IMAGE_DEFINITIONS "$IMAGE_DEFINITIONS" 'keys[]')
uris='{}'
while read -r image repository artifact; do
  detail=$(folder "$artifact")/imageDetail.json
  [ -e "$detail" ] || refuse "$image: the source artifact $artifact has no imageDetail.json"
  uri=$(jq -r '.ImageURI // ""' "$detail") || refuse "$image: the imageDetail.json of the source artifact $artifact is no JSON object, see above"
  # By digest: the tag moves on, and what runs must be what was released.
  [[ ${uri#*/} =~ ^"$repository"@sha256:[0-9a-f]{64}$ ]] || refuse "$image: ImageURI \"$uri\" is no digest of $repository"
  digest=$(runs "$repository" "${uri#*@}" </dev/null)
  say "$image: ${uri#*/}, tagged $(jq -r '.ImageTags // [] | join(", ")' "$detail"), of which $digest is released"
  uris=$(jq --arg image "$image" --arg uri "${uri%@*}@$digest" '. + {($image): $uri}' <<<"$uris")
done <<<"$sources"

while read -r file; do
  [ -n "$file" ] || continue # none where no ECS service runs an image of the pipeline's own
  # shellcheck disable=SC2094 # jq is given the name of the file, and does not read it
  jq --arg file "$file" --argjson uris "$uris" '.[$file] | map({name, imageUri: $uris[.built]})' <<<"$IMAGE_DEFINITIONS" >"$file"
done <<<"$files"
jq --argjson uris "$uris" '{format: 1, images: map({name, imageUri: (.reference // $uris[.built])})}' <<<"$RELEASE" >release.json
