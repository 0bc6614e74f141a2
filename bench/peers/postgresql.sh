# PostgreSQL 15 with the design the wallet replaces, by pgbench. See lib.sh.

# shellcheck shell=bash

postgresql_bin=/usr/lib/postgresql/15/bin
postgresql_pid=
postgresql_clients=
postgresql_readers=

# as_postgres COMMAND...: PostgreSQL refuses to run as root. It is the command's process that this
# becomes, so that it can be started in the background and signalled: run it in a subshell.
as_postgres() {
  [ "$(id -u)" -eq 0 ] || exec "$@"
  id postgres >/dev/null 2>&1 ||
    fail "PostgreSQL doesn't run as root, and there is no user postgres to run it as"
  cd /
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
}

postgresql_start() {
  local data=$WORK/postgresql
  mkdir "$data"
  [ "$(id -u)" -ne 0 ] || chown postgres: "$data"
  (as_postgres "$postgresql_bin/initdb" -D "$data/data" -U wallet -A trust --no-sync) \
    >"$WORK/postgresql.log" 2>&1 || fail "initdb: $(cat "$WORK/postgresql.log")"
  cat "$PEERS/postgresql/postgresql.conf" >>"$data/data/postgresql.conf"
  postgresql_port=$(free_port)
  (as_postgres "$postgresql_bin/postgres" -D "$data/data" -p "$postgresql_port" -k "$data") \
    >>"$WORK/postgresql.log" 2>&1 </dev/null &
  postgresql_pid=$!
  await 30 "$postgresql_bin/pg_isready" -q -h 127.0.0.1 -p "$postgresql_port" ||
    fail "PostgreSQL did not start: $(cat "$WORK/postgresql.log")"
  psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$postgresql_port" -U wallet postgres \
    -f "$PEERS/postgresql/schema.sql" >>"$WORK/postgresql.log" 2>&1 ||
    fail "the schema: $(cat "$WORK/postgresql.log")"
}

# At once (SIGQUIT): its data is thrown away.
postgresql_stop() {
  stop_process "$postgresql_pid" QUIT
  postgresql_pid=
  rm -rf "$WORK/postgresql"
}

# postgresql_run CLIENTS SECONDS USERS RELEASE_WITHIN_S SCRIPT...: prints rate and mean latency, ms.
postgresql_run() {
  local clients=$1 seconds=$2 users=$3 release_within=$4 script scripts=() report
  shift 4
  for script in "$@"; do scripts+=(-f "$PEERS/postgresql/$script"); done
  report=$("$postgresql_bin/pgbench" -h 127.0.0.1 -p "$postgresql_port" -U wallet -n -M prepared \
    -c "$clients" -j "$((clients < 2 ? 1 : 2))" -T "$seconds" -D "users=$users" \
    -D "release_within=$release_within" "${scripts[@]}" postgres 2>&1) || fail "pgbench: $report"
  sed -n -e 's/^latency average = \([0-9.]*\) ms$/\1/p' -e 's/^tps = \([0-9.]*\) .*/\1/p' \
    <<<"$report" | tac | tr '\n' ' '
}

postgresql_charges() { postgresql_run "$1" 2 100000 0 charge.sql; }
postgresql_balances() { postgresql_run "$1" 1 100000 0 balance.sql; }

postgresql_tune() {
  say '  PostgreSQL: how many clients are best'
  postgresql_clients=$(best_of postgresql_charges 16 32 64 128)
  postgresql_readers=$(best_of postgresql_balances 4 16 64)
}

postgresql_measure() {
  local workload=$1 seconds=$2 clients=$postgresql_clients users=100000 release=0 line rate latency
  local scripts=(charge.sql)
  case $workload in
    one) clients=1 ;;
    single) ;;
    mixed)
      users=100 release=10800
      scripts=(charge.sql@60 balance.sql@18 list.sql@18 withdraw.sql@4)
      ;;
    balance) clients=$postgresql_readers scripts=(balance.sql) ;;
    *) return 0 ;;
  esac
  line=$(postgresql_run "$clients" "$seconds" "$users" "$release" "${scripts[@]}")
  read -r rate latency <<<"$line"
  result "$workload" postgresql "$rate" - - "pgbench, $clients clients, mean $latency ms"
  # It has no HTTP: what it does without is the most it could do with.
  if [ "$workload" = single ]; then
    result http postgresql-plain "$rate" - - "its single charges, without HTTP"
  fi
}
