using System.Globalization;
using System.Text;

namespace Runnel.Reports;

internal static class CsvExport
{
    /// <summary>Header and rows; numbers by the shortest text that reads back to the same bits. Only a symbol may need quotes: the rest are numbers and words of ours.</summary>
    public static void Write(Stream stream, ReportTable table)
    {
        using StreamWriter text = new(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine(string.Join(',', table.Columns.Select(c => c.Name)));
        for (int row = 0; row < table.Rows; row++)
        {
            for (int column = 0; column < table.Columns.Count; column++)
            {
                if (column > 0)
                    text.Write(',');
                text.Write(Cell(Convert.ToString(table.Columns[column].Values.GetValue(row), CultureInfo.InvariantCulture)!));
            }

            text.WriteLine();
        }
    }

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
