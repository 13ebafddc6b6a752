using Spectre.Console;

namespace Runnel.Cli.Output;

/// <summary>Text for people: tables with lines and color on a terminal, aligned columns that grep well everywhere else.</summary>
internal static class TextOutput
{
    /// <summary>Whether standard output takes color and moving lines.</summary>
    public static bool IsRich { get; } = !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 }
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Name and value per line; entries without a value are left out.</summary>
    public static void Fields(IEnumerable<(string Name, string? Value)> fields)
    {
        List<(string Name, string? Value)> present = [.. fields.Where(field => field.Value is not null)];
        int width = present.Count == 0 ? 0 : present.Max(field => field.Name.Length);
        foreach ((string name, string? value) in present)
            Console.Out.WriteLine($"{name.PadRight(width)}  {value}");
    }

    public static void Table(string[] columns, IReadOnlyList<string[]> rows)
    {
        if (IsRich)
            RichTable(columns, rows);
        else
            PlainTable(columns, rows);
    }

    private static void PlainTable(string[] columns, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. columns.Select((column, i) => Math.Max(column.Length, rows.Count == 0 ? 0 : rows.Max(row => row[i].Length)))];
        foreach (string[] row in rows.Prepend(columns))
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, i) => cell.ReplaceLineEndings(" ").PadRight(widths[i]))).TrimEnd());
    }

    private static void RichTable(string[] columns, IReadOnlyList<string[]> rows)
    {
        Table table = new() { Border = TableBorder.Rounded };
        foreach (string column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }
}
