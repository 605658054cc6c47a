# Sourced by the scripts beside it with the cluster's directory as $1. The directory holds:
# (who makes a cluster makes the directory with the first two, then starts `guard`, then `prepare`):
#   pids/     one file for each process that runs, named for what it is
#   logs/     what each of them prints
#   env       what the scripts agree on: addresses, ports, where the programs are
#   kubeconfig and, per component, NAME.kubeconfig; ca.crt; the data of etcd and of containerd
set -euo pipefail
run=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?the directory of the cluster}
# shellcheck disable=SC1091
[ ! -e "$dir/env" ] || . "$dir/env"

# Writes down that this process is NAME. It fails once `end` has taken the directory `pids` away, so
# that nothing can start behind the back of an ending cluster.
enlist() {
  echo $$ >"$dir/pids/.$1.$$"
  mv "$dir/pids/.$1.$$" "$dir/pids/$1"
}
