#!/usr/bin/env pwsh
# The console of this clone: builds it when a source has changed since, else starts at once. The same as the script seal.
$root = $PSScriptRoot
$console = Join-Path $root 'src/Client/bin/Release/net10.0/seal.dll'
$built = Join-Path $root 'artifacts/console.built'

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine('seal needs the .NET 10 SDK: https://dotnet.microsoft.com/download')
    exit 2
}

function Get-Sources {
    Get-ChildItem -Path (Join-Path $root '*') -File -Include 'Directory.*', 'global.json'
    Get-ChildItem (Join-Path $root 'src'), (Join-Path $root 'build') -Recurse -File | Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' }
}

function Test-Changed {
    if (-not ((Test-Path $console) -and (Test-Path $built))) { return $true }
    $since = (Get-Item $built).LastWriteTimeUtc
    $sources = @(Get-Sources)
    # How many there are, so that one that was taken away is noticed too.
    return ((Get-Content $built) -ne "$($sources.Count)") -or ($null -ne ($sources | Where-Object { $_.LastWriteTimeUtc -gt $since } | Select-Object -First 1))
}

if (Test-Changed) {
    New-Item -ItemType Directory -Force (Join-Path $root 'artifacts') | Out-Null
    [Console]::Error.WriteLine('building the console; the first time takes a minute or two and loads packages …')
    # Taken before the build: what is edited meanwhile is newer.
    $started = [DateTime]::UtcNow
    $log = Join-Path $root 'artifacts/console.log'
    Push-Location $root
    # In a fresh clone the sources have passed the analyzers already, which are two fifths of the work.
    $analyzers = @(if (-not (Test-Path $console)) { '-p:RunAnalyzers=false' })
    dotnet build -c Release src/Client --nologo -tl:off -v q @analyzers *> $log
    $code = $LASTEXITCODE
    Pop-Location
    if ($code -ne 0) {
        Get-Content $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('the console could not be built; the messages above are in artifacts/console.log')
        exit 1
    }
    Set-Content $built "$(@(Get-Sources).Count)"
    (Get-Item $built).LastWriteTimeUtc = $started
}

# Advice that the console prints names it as it was called.
$env:SEAL_PROGRAM = './seal.ps1'
dotnet $console @args
exit $LASTEXITCODE
