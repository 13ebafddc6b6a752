namespace Runnel.MarketData;

/// <summary>Holds off other writers of a folder, in this process and in others on any machine that shares it: a file that is open without sharing
/// (flock on Unix, a share mode on Windows). The system gives it up when its process dies, however it dies.</summary>
internal sealed class SeriesLock : IDisposable
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(2), MostWait = TimeSpan.FromMilliseconds(50);
    private readonly FileStream file;

    private SeriesLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock if nobody has it.</summary>
    /// <returns>Null where somebody has.</returns>
    public static SeriesLock? TryTake(string path)
    {
        try
        {
            return new SeriesLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException) when (File.Exists(path)) // else the folder is missing
        {
            return null;
        }
    }

    /// <summary>Waits for the lock. Writers hold it for the writing of their files, not while they download.</summary>
    public static async Task<SeriesLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan wait = LeastWait;
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), time, cancellationToken);
            wait = wait * 2 < MostWait ? wait * 2 : MostWait;
        }
    }

    public void Dispose() => file.Dispose();
}
