namespace Runnel.Reports;

internal static class WholeFile
{
    /// <summary>Writes beside the place and moves at the end, so that no reader sees half a file.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024))
                await write(file);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
