using System.Globalization;
using System.IO.Compression;
using System.Text;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Writes bars in the format that <see cref="CsvKlineReader"/> reads; what is read back is equal to the bit.</summary>
public static class CsvKlineWriter
{
    /// <summary>Writes a file, gzipped if its name ends in <c>.gz</c>. It appears whole or not at all: written beside its place, then moved.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="klines">The bars.</param>
    /// <exception cref="IOException">The folder does not exist, or the disk is full.</exception>
    public static void Write(string path, Klines klines)
    {
        string partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.Write))
            {
                if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    using GZipStream gzip = new(file, CompressionLevel.Optimal, leaveOpen: true);
                    Write(gzip, klines);
                }
                else
                {
                    Write(file, klines);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Writes plain CSV to a stream, which stays open.</summary>
    public static void Write(Stream stream, Klines klines)
    {
        using StreamWriter text = new(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine("timestamp_ms,open,high,low,close,volume");
        for (int i = 0; i < klines.Count; i++)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{klines.OpenTimes[i]},{klines.Open[i]},{klines.High[i]},{klines.Low[i]},{klines.Close[i]},{klines.Volume[i]}"));
        }
    }
}
