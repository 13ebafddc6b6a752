using System.CommandLine;
using Runnel.Reports;

namespace Runnel.Cli.Commands;

/// <summary>The flags that have files written of what a run found.</summary>
internal sealed class ReportFlags
{
    private readonly Option<string?> report = new("--report") { Description = "Write one HTML file that works offline.", HelpName = "FILE" };

    private readonly Option<ExportFormat[]> export = new("--export")
    {
        Description = "Write json, csv or parquet files; once for each.",
        HelpName = "FORMAT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> output = new("--out") { Description = "Folder of the exported files. Default: the current one.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { report, export, output })
            command.Add(option);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="title">What the exported files' names start with.</param>
    /// <param name="writeReport">Writes the HTML file.</param>
    /// <param name="writeExport">Writes the files of a format into a folder, under a name; gives their paths.</param>
    /// <exception cref="RunnelException">A file could not be written.</exception>
    public async Task WriteAsync(ParseResult parsed, string title, Func<string, Task> writeReport, Func<ExportFormat, string, string, Task<IReadOnlyList<string>>> writeExport)
    {
        List<string> files = [];
        try
        {
            if (parsed.GetValue(report) is { } page)
            {
                await writeReport(page);
                files.Add(page);
            }

            string name = string.Concat(title.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
            foreach (ExportFormat format in (parsed.GetValue(export) ?? []).Distinct())
                files.AddRange(await writeExport(format, parsed.GetValue(output) ?? ".", name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunnelException($"A file could not be written: {e.Message} Give --report and --out places that may be written to.", e);
        }

        foreach (string file in files)
            Console.Error.WriteLine($"Wrote {file}.");
    }
}
