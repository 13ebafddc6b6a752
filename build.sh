#!/usr/bin/env bash
# One entry to everything; build.ps1 has the same verbs. Needs nothing but the .NET 10 SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
here=$OLDPWD # what the user's relative paths are relative to

usage() {
  cat <<'TEXT'
./build.sh VERB [ARGS]
  demo [ARGS]             Backtest BTCUSDT through a queue with four workers (--klines FILE, --redis-url URL).
  test                    Build with warnings as errors, check the format, run every test. What CI runs.
  bench [NAME] [ARGS]     Load test against a private Redis (or REDIS_URL), for example: bench queue, bench optimize,
                         bench worker (start and memory of the tool's workers);
                         bench backtest|data [--json FILE] measures the backtest engine, the store of klines
  oracles DIR [ARGS]      Compare with independent engines' answers in DIR (--data DIR: the klines).
  run -- ARGS             Run the runnel tool, for example: run -- worker --workers 2
  format                  Mend whitespace, style and the PublicAPI files.
  pack                    Build the packages into artifacts/packages.
  help                    Show this.
TEXT
}

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

need_sdk() {
  command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.' && return
  fail "the .NET 10 SDK is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 or type one of:
  apt-get install dotnet-sdk-10.0    dnf install dotnet-sdk-10.0    apk add dotnet10-sdk    brew install dotnet-sdk"
}

# As root as it is, else by sudo if that asks no password; returns 1 where we may not.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

install_redis() {
  if command -v apt-get >/dev/null; then
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server
  elif command -v dnf >/dev/null; then as_root dnf install -y -q redis || as_root dnf install -y -q valkey
  elif command -v apk >/dev/null; then as_root apk add --quiet redis
  elif command -v brew >/dev/null; then brew install --quiet redis
  else return 1
  fi </dev/null >&2
}

have_redis() { command -v redis-server >/dev/null || command -v valkey-server >/dev/null; }

need_redis() {
  have_redis && return
  say "redis-server is missing; installing it."
  install_redis || true
  have_redis || fail "redis-server is missing and could not be installed from here. Type one of:
  sudo apt-get install redis-server    sudo dnf install redis    sudo apk add redis    brew install redis"
}

# One test submits from Python; without redis-py it skips and says so.
want_python() {
  command -v apt-get >/dev/null || return 0
  /usr/bin/python3 -c 'import redis' 2>/dev/null && return
  say "python3-redis is missing; installing it for the interop tests."
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-redis; } </dev/null >&2 ||
    say "It could not be installed from here; those tests will be skipped."
}

# One test class looks at the HTML report in a real browser; without one it skips and says so.
want_browser() {
  command -v apt-get >/dev/null || return 0
  command -v chromium >/dev/null && command -v chromedriver >/dev/null && return
  say "chromium is missing; installing it for the report's tests."
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver; } </dev/null >&2 ||
    say "It could not be installed from here; those tests will be skipped."
}

# Tests of WAITAOF need a newer server than Debian 12's redis-server; it has Valkey in its backports, which is unpacked here and not installed.
want_valkey() {
  export PATH=$PATH:$PWD/artifacts/valkey/usr/bin
  command -v valkey-server >/dev/null && return
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 0
  say "valkey-server is missing; fetching it for the tests of WAITAOF."
  get_valkey </dev/null >&2 || say "It could not be had from here; those tests will be skipped."
}

get_valkey() (
  set -e
  folder=$PWD/artifacts/valkey options=()
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" && cd "$folder"
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 || true)
  if [ -n "$mirror" ] && grep -q 'VERSION_CODENAME=bookworm' /etc/os-release; then
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror% } bookworm-backports main" >sources.list
    options=(-o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache")
  fi
  as_root apt-get "${options[@]}" update -qq
  as_root apt-get "${options[@]}" download -qq valkey-server valkey-tools
  for package in ./*.deb; do dpkg -x "$package" .; done
)

# Quiet unless it fails.
build() {
  local log
  log=$(mktemp)
  if ! dotnet build "$1" -c Release -v quiet --tl:off >"$log" 2>&1; then cat "$log" >&2; rm -f "$log"; fail "$1 does not build."; fi
  rm -f "$log"
}

# Runs a built program where the user stands, in place of this shell, so that signals reach it.
run_tool() {
  build src/Runnel.Cli
  local tool=$PWD/src/Runnel.Cli/bin/Release/net10.0/runnel
  cd "$here" && exec "$tool" "$@"
}

# Publishes the tool as it is deployed, compiled ahead of time, into the folder $published.
publish_tool() {
  local log
  published=$PWD/artifacts/tool
  log=$(mktemp)
  if ! dotnet publish src/Runnel.Cli -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o "$published" -v quiet --tl:off >"$log" 2>&1; then
    cat "$log" >&2; rm -f "$log"; fail "The tool cannot be published."
  fi
  rm -f "$log"
}

start_private_redis() {
  need_redis
  local program port
  program=$(command -v redis-server || command -v valkey-server)
  redis_folder=$(mktemp -d)
  trap '[ -z "${redis_pid:-}" ] || kill "$redis_pid" 2>/dev/null || true; rm -rf "$redis_folder"' EXIT
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    "$program" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$redis_folder" >"$redis_folder/log" 2>&1 &
    redis_pid=$!
    while kill -0 "$redis_pid" 2>/dev/null; do
      grep -q 'Ready to accept connections' "$redis_folder/log" && { export REDIS_URL=redis://127.0.0.1:$port; return; }
      sleep 0.05
    done
  done
  fail "redis-server does not start: $(tail -n 3 "$redis_folder/log")"
}

run_tests() {
  need_sdk; need_redis; want_valkey; want_python; want_browser
  local log status=0 passed failed skipped
  log=$(mktemp)
  say "Building."
  build Runnel.slnx
  say "Checking the format."
  dotnet format Runnel.slnx --no-restore --verify-no-changes || { status=1; say "error: the format is not clean; run ./build.sh format"; }
  say "Testing."
  dotnet test --solution Runnel.slnx --no-build -c Release --max-parallel-test-modules 1 </dev/null 2>&1 | tee "$log" || status=1
  count() { awk -v key="$1:" '$1 == key { n = $2 } END { print n + 0 }' "$log"; }
  passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
  rm -f "$log"
  if [ $((passed + failed)) = 0 ]; then status=1; say "error: no test ran."; fi
  [ "$failed" = 0 ] || status=1
  if [ "$skipped" = 0 ]; then echo "$passed passed, $failed failed"; else echo "$passed passed, $failed failed, $skipped skipped"; fi
  return $status
}

verb=${1:-help}
[ $# = 0 ] || shift
[ "${1:-}" != -- ] || shift
case $verb in
  demo) need_sdk; [ -n "${REDIS_URL:-}" ] || need_redis; run_tool demo "$@" ;;
  run) need_sdk; run_tool "$@" ;;
  test) run_tests ;;
  bench)
    need_sdk
    if [ "${1:-}" = backtest ] || [ "${1:-}" = data ]; then
      [ "$1" = backtest ] || export RunnelDuckDb=${RunnelDuckDb:-true} # for comparison
      build bench/Runnel.Benchmarks
      benchmarks=$PWD/bench/Runnel.Benchmarks/bin/Release/net10.0/Runnel.Benchmarks
      cd "$here" && exec "$benchmarks" "$@"
    fi
    build bench/Runnel.LoadTest
    if [ "${1:-}" = worker ] || [ "${1:-}" = optimize ]; then publish_tool; export RUNNEL_TOOL=$published/runnel; fi
    [ -n "${REDIS_URL:-}" ] || start_private_redis
    bench/Runnel.LoadTest/bin/Release/net10.0/Runnel.LoadTest "$@" ;;
  oracles)
    need_sdk; build tests/Runnel.Oracles
    oracles=$PWD/tests/Runnel.Oracles/bin/Release/net10.0/Runnel.Oracles
    cd "$here" && exec "$oracles" "$@" ;;
  format)
    need_sdk; dotnet restore Runnel.slnx -v quiet
    dotnet format analyzers Runnel.slnx --no-restore --diagnostics RS0016 RS0017 --severity warn
    dotnet format Runnel.slnx --no-restore ;;
  pack) need_sdk; dotnet pack Runnel.slnx -c Release -v quiet -o artifacts/packages && ls artifacts/packages ;;
  help | -h | --help) usage ;;
  *) usage >&2; say "error: there is no verb '$verb'."; exit 2 ;;
esac
