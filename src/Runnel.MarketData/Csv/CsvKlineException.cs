namespace Runnel.MarketData;

/// <summary>A CSV file of bars breaks the format. Nothing of the file was used.</summary>
/// <param name="file">The file, or the name given to a stream.</param>
/// <param name="line">Line, counted from 1 with the header; 0 where the whole file is meant.</param>
/// <param name="column">Name of the column, or empty where the whole line is meant.</param>
/// <param name="problem">What is wrong with the value, and what to do.</param>
/// <param name="innerException">What the reader said, if it did.</param>
public sealed class CsvKlineException(string file, long line, string column, string problem, Exception? innerException = null) : MarketDataException(
    $"{file}{(line > 0 ? $", line {line}" : "")}{(column.Length > 0 ? $", column {column}" : "")}: {problem}", innerException)
{
    /// <summary>The file, or the name given to a stream.</summary>
    public string File { get; } = file;

    /// <summary>Line, counted from 1 with the header; 0 where the whole file is meant.</summary>
    public long Line { get; } = line;

    /// <summary>Name of the column, or empty where the whole line is meant.</summary>
    public string Column { get; } = column;
}
