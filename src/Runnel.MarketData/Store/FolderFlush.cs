using System.Runtime.InteropServices;
using System.Text;

namespace Runnel.MarketData;

/// <summary>Writes a folder's list of names to the disk. Without it, a power cut may bring back the old file after a rename, or take a new folder away. .NET
/// opens no folders, hence the system's own calls. Windows has no such call: there NTFS's journal keeps names whole, and the last seconds may be lost.</summary>
internal static class FolderFlush
{
    private const int InvalidArgument = 22; // EINVAL: a file system that cannot flush folders

    /// <exception cref="IOException">The disk failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int closeOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
        int file = Open(Encoding.UTF8.GetBytes(folder + '\0'), closeOnExec);
        if (file < 0)
            throw Failed(folder);
        try
        {
            if (FSync(file) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
                throw Failed(folder);
        }
        finally
        {
            _ = Close(file);
        }
    }

    private static IOException Failed(string folder) => new($"The folder {folder} could not be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int file);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
