#!/bin/bash
# Makes a Debian image and imports it into Docker under the name given; apt sources ("deb URI suite main") on standard input.
# Runs inside `unshare --mount`: the tmpfs is private to it and gone when it ends, however it ends.
set -euo pipefail

name=$1 suite=$2
scratch=/mnt
mount -t tmpfs -o size=3g,mode=1777 tmpfs "$scratch"

# What images leave out, and a dpkg that does not wait for the disk after every file: builds on the image profit too.
TMPDIR=$scratch mmdebstrap --quiet --variant=minbase \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$suite" "$scratch/root.tar" -

# As in the public image, apt keeps neither packages nor caches. Added afterwards: while the image is made, apt runs on the host.
conf=etc/apt/apt.conf.d/docker-clean
mkdir --parents "$scratch/${conf%/*}"
cat >"$scratch/$conf" <<'END'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
tar --append --owner=0 --group=0 --file="$scratch/root.tar" --directory="$scratch" "./$conf"

docker import --change 'CMD ["bash"]' "$scratch/root.tar" "$name"
