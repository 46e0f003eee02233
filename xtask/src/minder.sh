# Makes and starts a PostgreSQL cluster, says "ready", and takes it away again when standard input
# closes: when the tests are over, and just as well when xtask panics, is interrupted or killed.
# Arguments: the folder of PostgreSQL's programs, the cluster's own folder, the port.
set -eu
programs=$1 folder=$2 port=$3

take_away() {
    "$programs/pg_ctl" stop -D "$folder/data" -m immediate >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap take_away EXIT
trap 'exit 1' HUP TERM

start() {
    "$programs/initdb" -D "$folder/data" -U postgres --auth=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 &&
    "$programs/pg_ctl" start -D "$folder/data" -l "$folder/log" -w -t 60 -o "-p $port -k $folder \
        -c listen_addresses=127.0.0.1 -c max_connections=300 -c log_statement=ddl \
        -c fsync=off"
}
if ! start >"$folder/start" 2>&1; then
    cat "$folder/start" "$folder/log" >&2 2>/dev/null || true
    exit 1
fi
echo ready
read -r _ || true
