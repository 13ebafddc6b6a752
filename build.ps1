# One entry to everything; build.sh has the same verbs. Needs nothing but the .NET 10 SDK (and a Redis for all but 'test').
$ErrorActionPreference = 'Stop'
$here = Get-Location
$env:DOTNET_NOLOGO = $env:DOTNET_CLI_TELEMETRY_OPTOUT = $env:DOTNET_SKIP_FIRST_TIME_EXPERIENCE = '1'
$env:DOTNET_CLI_UI_LANGUAGE = 'en'
$windows = $env:OS -eq 'Windows_NT'
$exe = if ($windows) { '.exe' } else { '' }
$withoutRedis = 'Runnel.Backtesting.Tests', 'Runnel.MarketData.Tests' # all that can run where there is no Redis

$usage = @'
./build.ps1 VERB [ARGS]
  demo [ARGS]             Backtest BTCUSDT through a queue with four workers (--klines FILE, --redis-url URL).
  test                    Build with warnings as errors, check the format, run every test. What CI runs.
  bench [NAME] [ARGS]     Load test against a private Redis (or REDIS_URL), for example: bench queue;
                         bench backtest|data [--json FILE] measures the backtest engine, the store of klines
  oracles DIR [ARGS]      Compare with independent engines' answers in DIR (--data DIR: the klines).
  run -- ARGS             Run the runnel tool, for example: run -- worker --workers 2
  format                  Mend whitespace, style and the PublicAPI files.
  pack                    Build the packages into artifacts/packages.
  help                    Show this.
'@

function Say($text) { [Console]::Error.WriteLine($text) }
function Fail($text, $code = 1) { Say "error: $text"; exit $code }

function Assert-Sdk {
    $sdks = if (Get-Command dotnet -ErrorAction SilentlyContinue) { dotnet --list-sdks } else { @() }
    if (-not ($sdks | Where-Object { $_ -match '^10\.' })) {
        Fail "the .NET 10 SDK is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 or type: winget install Microsoft.DotNet.SDK.10"
    }
}

function Find-Redis {
    foreach ($name in 'redis-server', 'valkey-server', 'memurai') {
        $found = Get-Command $name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
        if ($found) { return $found.Source }
    }
}

function Assert-Redis {
    if (Find-Redis) { return }
    if ($IsMacOS -and (Get-Command brew -ErrorAction SilentlyContinue)) { brew install --quiet redis; if (Find-Redis) { return } }
    Fail "redis-server is missing. Windows: winget install Memurai.MemuraiDeveloper, or use WSL. Elsewhere: ./build.sh installs it."
}

function Build($project) {
    $log = dotnet build $project -c Release -v quiet --tl:off 2>&1
    if ($LASTEXITCODE -ne 0) { $log | ForEach-Object { Say $_ }; Fail "$project does not build." }
}

function Invoke-Program($path, $arguments) {
    $program = Join-Path $PSScriptRoot "$path$exe"
    Set-Location $here
    & $program @arguments
    exit $LASTEXITCODE
}

function Invoke-Tests {
    $status = 0
    if (Get-Command python3 -ErrorAction SilentlyContinue) { python3 -c 'import redis' 2>$null } else { $global:LASTEXITCODE = 1 }
    if ($LASTEXITCODE -ne 0) { Say "No Python with the package redis: the interop tests will be skipped. Linux: apt-get install python3-redis." }
    Say 'Building.'; Build Runnel.slnx
    Say 'Checking the format.'
    dotnet format Runnel.slnx --no-restore --verify-no-changes
    if ($LASTEXITCODE -ne 0) { $status = 1; Say 'error: the format is not clean; run ./build.ps1 format' }
    Say 'Testing.'
    $runs = @(, @('--solution', 'Runnel.slnx'))
    if ($windows -and -not (Find-Redis)) {
        Say "No Redis on this machine: only $($withoutRedis -join ', ') run here. Install Memurai, or use WSL, for the others."
        $runs = @($withoutRedis | ForEach-Object { , @('--project', "tests/$_") })
    } else { Assert-Redis }
    $count = @{ succeeded = 0; failed = 0; skipped = 0 }
    foreach ($run in $runs) {
        $last = @{}
        dotnet test @run --no-build -c Release --max-parallel-test-modules 1 2>&1 | ForEach-Object {
            Write-Host $_
            if ("$_" -match '^\s*(succeeded|failed|skipped): (\d+)') { $last[$Matches[1]] = [int]$Matches[2] }
        }
        if ($LASTEXITCODE -ne 0) { $status = 1 }
        foreach ($key in @($last.Keys)) { $count[$key] += $last[$key] }
    }
    if ($count.succeeded + $count.failed -eq 0) { $status = 1; Say 'error: no test ran.' }
    $line = "$($count.succeeded) passed, $($count.failed) failed"
    if ($count.skipped) { $line += ", $($count.skipped) skipped" }
    Write-Host $line
    exit $status
}

function Invoke-Bench($arguments) {
    Build bench/Runnel.LoadTest
    $redis = $null
    $folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    try {
        if (-not $env:REDIS_URL) {
            Assert-Redis
            $port = Get-Random -Minimum 20000 -Maximum 40000
            [void](New-Item -ItemType Directory $folder)
            $redis = Start-Process (Find-Redis) "--port $port --bind 127.0.0.1 --save `"`" --appendonly no" -WorkingDirectory $folder -PassThru `
                -RedirectStandardOutput (Join-Path $folder 'log')
            while (-not (Select-String -Quiet 'Ready to accept connections' (Join-Path $folder 'log'))) {
                if ($redis.HasExited) { Fail "redis-server does not start: $(Get-Content (Join-Path $folder 'log') -Tail 3)" }
                Start-Sleep -Milliseconds 50
            }
            $env:REDIS_URL = "redis://127.0.0.1:$port"
        }
        & (Join-Path $PSScriptRoot "bench/Runnel.LoadTest/bin/Release/net10.0/Runnel.LoadTest$exe") @arguments
        $status = $LASTEXITCODE
    } finally {
        if ($redis -and -not $redis.HasExited) { $redis.Kill(); $redis.WaitForExit() }
        if (Test-Path $folder) { Remove-Item -Recurse -Force $folder }
    }
    exit $status
}

$verb = if ($args.Count) { $args[0] } else { 'help' }
$rest = @($args | Select-Object -Skip 1)
if ($rest.Count -and $rest[0] -eq '--') { $rest = @($rest | Select-Object -Skip 1) }
Set-Location $PSScriptRoot
try {
    switch ($verb) {
        'demo' { Assert-Sdk; if (-not $env:REDIS_URL) { Assert-Redis }; Build src/Runnel.Cli; Invoke-Program src/Runnel.Cli/bin/Release/net10.0/runnel (@('demo') + $rest) }
        'run' { Assert-Sdk; Build src/Runnel.Cli; Invoke-Program src/Runnel.Cli/bin/Release/net10.0/runnel $rest }
        'test' { Assert-Sdk; Invoke-Tests }
        'bench' {
            Assert-Sdk
            if ($rest.Count -and $rest[0] -in 'backtest', 'data') { if ($rest[0] -eq 'data' -and -not $env:RunnelDuckDb) { $env:RunnelDuckDb = 'true' }; Build bench/Runnel.Benchmarks; Invoke-Program bench/Runnel.Benchmarks/bin/Release/net10.0/Runnel.Benchmarks $rest }
            else { Invoke-Bench $rest }
        }
        'oracles' { Assert-Sdk; Build tests/Runnel.Oracles; Invoke-Program tests/Runnel.Oracles/bin/Release/net10.0/Runnel.Oracles $rest }
        'format' {
            Assert-Sdk; dotnet restore Runnel.slnx -v quiet
            dotnet format analyzers Runnel.slnx --no-restore --diagnostics RS0016 RS0017 --severity warn
            dotnet format Runnel.slnx --no-restore
            exit $LASTEXITCODE
        }
        'pack' { Assert-Sdk; dotnet pack Runnel.slnx -c Release -v quiet -o artifacts/packages; exit $LASTEXITCODE }
        { $_ -in 'help', '-h', '--help' } { $usage }
        default { Say $usage; Fail "there is no verb '$verb'." 2 }
    }
} finally { Set-Location $here }
