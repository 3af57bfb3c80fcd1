#!/usr/bin/env bash
# The set-up of compose.yaml without containers, to try and to test on one machine: three nodes, PostgreSQL, NATS and an
# S3 store behind haproxy, all of their own and in a folder that goes with them. Ctrl-C ends it.
#
#   apt-get install postgresql nats-server haproxy && pip install 'moto[server]' boto3
#   cargo build && deploy/cluster.sh             # until Ctrl-C
#   deploy/cluster.sh bash                       # for as long as a command runs, which has the settings of the nodes
#
# BEDSIDE is the program, PORT where the balancer listens, with the nodes at the three ports after it.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${BEDSIDE:-target/debug/bedside}") port=${PORT:-8090}
folder=$(mktemp -d) began=()

finish() {
  trap - EXIT
  for process in "${began[@]}"; do kill "$process" 2>/dev/null || true; done
  wait || true
  postgres pg_ctl stop --mode=fast --silent || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM

postgres() { # one of its programs; it does not run as root
  local as=()
  [ "$(id -u)" = 0 ] && as=(runuser -u postgres --)
  (cd "$folder/postgres" && "${as[@]}" env PGDATA="$folder/postgres/data" "$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | tail -n 1)/$1" "${@:2}")
}

wait_for() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "not there: $*" >&2; exit 1; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

chmod 711 "$folder"
mkdir "$folder/postgres" && { [ "$(id -u)" != 0 ] || chown postgres "$folder/postgres"; }
postgres initdb --auth=trust --username=bedside >/dev/null
postgres pg_ctl start --wait --silent --log "$folder/postgres/log" \
  --options "-p $((port + 10)) -k $folder/postgres -c listen_addresses=127.0.0.1 -c max_connections=200"
nats-server -a 127.0.0.1 -p $((port + 11)) --auth of-this-run >"$folder/nats.log" 2>&1 & began+=($!)
moto_server -H 127.0.0.1 -p $((port + 12)) >"$folder/s3.log" 2>&1 & began+=($!)

export BEDSIDE_DATA_DIR="$folder" DATABASE_URL="postgres://bedside@127.0.0.1:$((port + 10))/postgres"
export BEDSIDE_NATS_URLS="nats://127.0.0.1:$((port + 11))" BEDSIDE_NATS_TOKEN=of-this-run
export BEDSIDE_S3_BUCKET=bedside BEDSIDE_S3_ENDPOINT="http://127.0.0.1:$((port + 12))" BEDSIDE_S3_ALLOW_HTTP=true
export BEDSIDE_S3_ACCESS_KEY_ID=bedside BEDSIDE_S3_SECRET_ACCESS_KEY=of-this-run
BEDSIDE_ROOT_SECRET=$(openssl rand -base64 32) BEDSIDE_SIGNING_KEY=$(openssl genpkey -algorithm ed25519)
export BEDSIDE_ROOT_SECRET BEDSIDE_SIGNING_KEY BEDSIDE_PUBLIC_URL="http://127.0.0.1:$port" BEDSIDE_TRUSTED_PROXIES=127.0.0.1/32

wait_for listens $((port + 12))
curl -fsS -X PUT "$BEDSIDE_S3_ENDPOINT/bedside" >/dev/null
"$program" migrate
for n in 1 2 3; do
  BEDSIDE_LISTEN=127.0.0.1:$((port + n)) "$program" serve 2>"$folder/node-$n.log" & began+=($!)
  export "NODE_$n=127.0.0.1:$((port + n))"
done
LISTEN="127.0.0.1:$port" NODE_ONE=$NODE_1 NODE_TWO=$NODE_2 NODE_THREE=$NODE_3 haproxy -f deploy/haproxy.cfg >"$folder/haproxy.log" 2>&1 & began+=($!)
wait_for curl -fsS "http://127.0.0.1:$port/readyz"
echo "http://127.0.0.1:$port, its nodes at $NODE_1, $NODE_2 and $NODE_3; logs in $folder"
if [ $# -gt 0 ]; then PATH="$(dirname "$program"):$PATH" "$@"; else wait; fi
