using Parquet;
using Parquet.Schema;

namespace Runnel.Reports;

internal static class ParquetExport
{
    /// <summary>Writes a table as one row group; no column is nullable.</summary>
    public static async Task WriteAsync(Stream stream, ReportTable table, CancellationToken cancellationToken)
    {
        DataField[] fields = [.. table.Columns.Select(c => new DataField(c.Name, c.Values.GetType().GetElementType()!, isNullable: false))];
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, cancellationToken: cancellationToken);
        using ParquetRowGroupWriter rows = writer.CreateRowGroup();
        for (int i = 0; i < fields.Length; i++)
        {
            Task written = table.Columns[i].Values switch
            {
                long[] values => rows.WriteAsync<long>(fields[i], values, cancellationToken: cancellationToken),
                int[] values => rows.WriteAsync<int>(fields[i], values, cancellationToken: cancellationToken),
                double[] values => rows.WriteAsync<double>(fields[i], values, cancellationToken: cancellationToken),
                string[] values => rows.WriteAsync(fields[i], values),
                Array other => throw new NotSupportedException($"Column {fields[i].Name} holds {other.GetType()}."),
            };
            await written;
        }

        rows.CompleteValidate();
    }
}
