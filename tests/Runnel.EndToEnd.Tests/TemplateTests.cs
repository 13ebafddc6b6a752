using System.Diagnostics;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>Packs the engine and the templates, and makes, builds and loads a strategy from them as a user would, without any package source but that folder.</summary>
public sealed class TemplateTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_strategy_made_from_the_template_builds_and_is_loaded()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string packages = Path.Combine(folder, "packages"), project = Path.Combine(folder, "MyBreakout");
        await DotnetAsync(TestFolders.Repository, "pack", "src/Runnel.Backtesting", "--no-build", "-c", configuration, "-o", packages);
        await DotnetAsync(TestFolders.Repository, "pack", "templates", "-c", configuration, "-o", packages);
        string template = Directory.GetFiles(packages, "Runnel.Templates.*.nupkg").Single();
        string[] hive = ["--debug:custom-hive", Path.Combine(folder, "hive")];

        await DotnetAsync(folder, ["new", "install", template, .. hive]);
        await DotnetAsync(folder, ["new", "runnel-strategy", "-o", project, .. hive]);
        await File.WriteAllTextAsync(Path.Combine(project, "nuget.config"),
            $"<configuration><packageSources><clear /><add key=\"here\" value=\"{packages}\" /></packageSources></configuration>", TestContext.Current.CancellationToken);
        await DotnetAsync(project, "build", "-o", Path.Combine(folder, "plugins"));
        CliResult shown = await Cli.RunAsync(["strategies", "show", "my breakout", "--plugins", Path.Combine(folder, "plugins")]);

        Assert.True(shown.ExitCode == 0, shown.Errors);
        Assert.Contains("bars of the average.", shown.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "plugins", "Runnel.Backtesting.dll")));
    }

    private static async Task DotnetAsync(string from, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = from, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} failed:\n{await output}{await errors}");
    }
}
