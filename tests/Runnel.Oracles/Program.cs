using Runnel.Oracles;

string? cases = null, data = null;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--data" && i + 1 < args.Length)
        data = args[++i];
    else if (!args[i].StartsWith('-') && cases is null)
        cases = args[i];
    else
        return Usage();
}

if (cases is null)
    return Usage();
if (!Directory.Exists(cases))
{
    Console.Error.WriteLine($"The folder {cases} does not exist; give one with case files (*.json).");
    return 2;
}

data ??= DataFolder.Beside(cases);
if (data is null || !Directory.Exists(data))
{
    Console.Error.WriteLine($"The kline folder {data ?? "(none found beside the cases)"} does not exist; give it with --data DIR.");
    return 2;
}

DataFolder klines = new(data);
int passed = 0, failed = 0;
foreach (string path in Directory.EnumerateFiles(cases, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
{
    if (CaseFile.Check(path, klines) is not { } report)
        continue; // some other JSON, a manifest for instance
    Console.WriteLine($"{(report.Ok ? "ok    " : "FAILED")} {Path.GetFileNameWithoutExtension(path)}: {report.Line}");
    if (report.Ok)
        passed++;
    else
        failed++;
}

Console.WriteLine($"{passed} passed, {failed} failed");
if (passed + failed == 0)
    Console.Error.WriteLine($"{cases} holds no case files.");
return failed == 0 && passed > 0 ? 0 : 1;

static int Usage()
{
    Console.Error.WriteLine("Usage: oracles DIR [--data DIR]   checks every case file (*.json) under the folder against the engine.");
    return 2;
}
