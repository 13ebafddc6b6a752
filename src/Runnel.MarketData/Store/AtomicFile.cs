namespace Runnel.MarketData;

/// <summary>Files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    private const string Partial = ".part";

    /// <summary>Replaces a file. Only for who holds the lock of its folder: what a writer that died left there is swept away.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        foreach (string abandoned in Directory.EnumerateFiles(folder, "*" + Partial))
            File.Delete(abandoned);

        string partial = path + Partial;
        using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true); // before the rename: else a power cut may leave the new name on an empty file
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a file that may be replaced meanwhile: it gives the old bytes or the new.</summary>
    public static async Task<byte[]> ReadAsync(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        byte[] bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }
}
