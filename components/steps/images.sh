#!/usr/bin/env bash
# shellcheck source=components/steps/common.sh disable=SC2154
# Names the images of a run that builds none: each source artifact holds the imageDetail.json of one image ("imageDetail.json
# file", CodePipeline user guide). IMAGES tells them as JSON: [{image, repository, artifact}]; the first is the primary source.

# The folder of input artifact $1: the first one's is this folder.
folder() {
  local variable="CODEBUILD_SRC_DIR_$1"
  printf '%s' "${!variable:-$CODEBUILD_SRC_DIR}"
}

uris='{}'
while read -r image repository artifact; do
  detail=$(folder "$artifact")/imageDetail.json
  [ -e "$detail" ] || refuse "$image: the source artifact $artifact has no imageDetail.json"
  uri=$(jq -r '.ImageURI // ""' "$detail")
  # By digest: the tag moves on, and what runs must be what was released.
  [[ ${uri#*/} =~ ^"$repository"@sha256:[0-9a-f]{64}$ ]] || refuse "$image: ImageURI \"$uri\" is no digest of $repository"
  say "$image: ${uri#*/}, tagged $(jq -r '.ImageTags // [] | join(", ")' "$detail")"
  uris=$(jq --arg image "$image" --arg uri "$uri" '. + {($image): $uri}' <<<"$uris")
done < <(jq -r '.[] | "\(.image) \(.repository) \(.artifact)"' <<<"$IMAGES")

while read -r file; do
  jq --arg file "$file" --argjson uris "$uris" '.[$file] | map({name, imageUri: $uris[.built]})' <<<"$IMAGE_DEFINITIONS" >"$file"
done < <(jq -r 'keys[]' <<<"$IMAGE_DEFINITIONS")
jq --argjson uris "$uris" 'map({name, imageUri: (.reference // $uris[.built])})' <<<"$RELEASE" >release.json
