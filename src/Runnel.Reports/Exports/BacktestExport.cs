namespace Runnel.Reports;

/// <summary>Writes a backtest or a portfolio into files for other programs. Times are Unix milliseconds (UTC), percentages in percent.</summary>
public static class BacktestExport
{
    /// <summary>Writes one format. Each file appears whole or not at all, and replaces one that is there.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="format">How.</param>
    /// <param name="folder">Where; made if it does not exist.</param>
    /// <param name="name">What the files' names start with.</param>
    /// <param name="cancellationToken">Ends it with nothing written of the file at hand.</param>
    /// <returns>The files: <c>NAME.json</c>, or <c>NAME-trades</c> and <c>NAME-equity</c> with the format's ending.</returns>
    /// <exception cref="IOException">The folder cannot be made, or the disk is full.</exception>
    public static Task<IReadOnlyList<string>> WriteAsync(
        BacktestReport report, ExportFormat format, string folder, string name, CancellationToken cancellationToken = default) =>
        WriteAsync(stream => JsonExport.Write(stream, report), () => ReportTable.Trades(report), () => ReportTable.Equity(report), format, folder, name, cancellationToken);

    /// <summary>The same of a portfolio: trades of all symbols in one table, with their symbol; bars are steps.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="format">How.</param>
    /// <param name="folder">Where; made if it does not exist.</param>
    /// <param name="name">What the files' names start with.</param>
    /// <param name="cancellationToken">Ends it with nothing written of the file at hand.</param>
    /// <returns>The files: <c>NAME.json</c>, or <c>NAME-trades</c> and <c>NAME-equity</c> with the format's ending.</returns>
    /// <exception cref="IOException">The folder cannot be made, or the disk is full.</exception>
    public static Task<IReadOnlyList<string>> WriteAsync(
        PortfolioReport report, ExportFormat format, string folder, string name, CancellationToken cancellationToken = default) =>
        WriteAsync(stream => JsonExport.Write(stream, report), () => ReportTable.Trades(report), () => ReportTable.Equity(report), format, folder, name, cancellationToken);

    private static async Task<IReadOnlyList<string>> WriteAsync(
        Action<Stream> json, Func<ReportTable> trades, Func<ReportTable> equity, ExportFormat format, string folder, string name, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        List<string> files = [];
        if (format == ExportFormat.Json)
        {
            await WriteFileAsync("", stream =>
            {
                json(stream);
                return Task.CompletedTask;
            });
            return files;
        }

        foreach ((string suffix, ReportTable table) in new[] { ("-trades", trades()), ("-equity", equity()) })
        {
            await WriteFileAsync(suffix, stream =>
            {
                if (format == ExportFormat.Parquet)
                    return ParquetExport.WriteAsync(stream, table, cancellationToken);
                CsvExport.Write(stream, table);
                return Task.CompletedTask;
            });
        }

        return files;

        async Task WriteFileAsync(string suffix, Func<Stream, Task> write)
        {
            string path = Path.Combine(folder, $"{name}{suffix}.{format.ToString().ToLowerInvariant()}");
            await WholeFile.WriteAsync(path, write);
            files.Add(path);
        }
    }
}
