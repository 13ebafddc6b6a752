using Runnel.Oracles;

namespace Runnel.Backtesting.Tests;

public sealed class OracleTests
{
    private const string NoFolder = "(none)";

    private static readonly Lazy<DataFolder> Klines = new(() => new DataFolder(Path.Combine(SharedFolder.Path!, "data", "klines")));

    public static TheoryData<string> Cases => SharedFolder.Path is null
        ? [NoFolder]
        : [.. Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order()];

    private static string Folder => Path.Combine(SharedFolder.Path!, "oracles");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_what_independent_engines_gave(string file)
    {
        if (file == NoFolder)
            Assert.Skip("The folder ../shared with the oracles is not there; set RUNNEL_SHARED to it.");

        CaseReport? report = CaseFile.Check(Path.Combine(Folder, file), Klines.Value);

        Assert.NotNull(report);
        Assert.True(report.Ok, report.Line);
    }
}
