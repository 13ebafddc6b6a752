using System.Xml.Linq;
using Runnel.TestKit;

namespace Runnel.Tests;

public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Runnel"] = [],
        ["Runnel.Testing"] = ["Runnel"],
        ["Runnel.AspNetCore"] = ["Runnel"],
        ["Runnel.Supervision"] = ["Runnel"],
        ["Runnel.Autoscaling"] = ["Runnel", "Runnel.Supervision"],
        ["Runnel.Backtesting"] = [],
        ["Runnel.Optimization"] = ["Runnel.Backtesting"],
        ["Runnel.MarketData"] = ["Runnel.Backtesting"],
        ["Runnel.Reports"] = ["Runnel.Backtesting"],
        ["Runnel.Trading"] = ["Runnel", "Runnel.AspNetCore", "Runnel.Backtesting", "Runnel.MarketData", "Runnel.Optimization"],
        ["Runnel.Cli"] = ["Runnel", "Runnel.AspNetCore", "Runnel.Autoscaling", "Runnel.Supervision", "Runnel.Trading", "Runnel.Backtesting", "Runnel.MarketData", "Runnel.Optimization", "Runnel.Reports"],
    };

    [Fact]
    public void References_point_one_way()
    {
        string[] projects = Directory.GetFiles(Path.Combine(TestFolders.Repository, "src"), "*.csproj", SearchOption.AllDirectories);

        string[] wrong = [.. projects.SelectMany(project => References(project, "ProjectReference")
            .Select(reference => (From: Path.GetFileNameWithoutExtension(project), To: Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))))
            .Where(arrow => !Allowed[arrow.From].Contains(arrow.To, StringComparer.Ordinal))
            .Select(arrow => $"{arrow.From} -> {arrow.To}")];

        Assert.NotEmpty(projects);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_queue_knows_the_redis_client()
    {
        string[] knowing = [.. Directory.GetFiles(Path.Combine(TestFolders.Repository, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => References(project, "PackageReference").Contains("StackExchange.Redis"))
            .Select(project => Path.GetFileNameWithoutExtension(project)!)];

        Assert.Equal(["Runnel"], knowing);
    }

    [Fact]
    public void The_readme_shows_the_sample_that_is_built()
    {
        string readme = File.ReadAllText(Path.Combine(TestFolders.Repository, "README.md"));
        string sample = File.ReadAllText(Path.Combine(TestFolders.Repository, "samples", "GettingStarted", "Program.cs"));

        Assert.Contains(sample[sample.IndexOf("HostApplicationBuilder", StringComparison.Ordinal)..].Trim(), readme, StringComparison.Ordinal);
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(e => e.Attribute("Include")!.Value);
}
