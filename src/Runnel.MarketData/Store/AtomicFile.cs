namespace Runnel.MarketData;

/// <summary>Files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    private const string Partial = ".part";

    /// <summary>Makes a folder ready for <see cref="Stage"/>: what a writer that died left there is swept away. Only for who holds the folder's lock.</summary>
    public static void Prepare(string folder)
    {
        if (!Directory.Exists(folder))
            Create(folder);
        foreach (string abandoned in Directory.EnumerateFiles(folder, "*" + Partial))
            File.Delete(abandoned);
    }

    /// <summary>Writes a file beside its place, and to the disk.</summary>
    public static void Stage(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = new(path + Partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
        file.Write(bytes);
        file.Flush(flushToDisk: true); // before the rename: else a power cut may leave the new name on an empty file
    }

    /// <summary>Puts what was staged in its place, file by file, and has the folder written to the disk.</summary>
    /// <param name="folder">The folder of all of them.</param>
    /// <param name="paths">The files, as they are called from then on.</param>
    public static void Publish(string folder, IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
            File.Move(path + Partial, path, overwrite: true);
        if (paths.Count > 0)
            FolderFlush.Flush(folder);
    }

    /// <summary>Reads a file that may be replaced meanwhile: it gives the old bytes or the new.</summary>
    public static async Task<byte[]> ReadAsync(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static void Create(string folder)
    {
        string parent = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(parent))
            Create(parent);
        Directory.CreateDirectory(folder);
        FolderFlush.Flush(parent);
    }
}
