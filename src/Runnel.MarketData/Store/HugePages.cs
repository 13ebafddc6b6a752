using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Runnel.MarketData;

/// <summary>Asks Linux to back a large new array with pages of 2 MiB instead of 4 KiB. The first touch of a page costs a trap to the kernel, and a million bars
/// are 12,000 small pages: on virtual machines that was most of the time of loading them. Advice only: where it is not taken (other systems, huge pages
/// turned off or spent) nothing else changes.</summary>
internal static class HugePages
{
    private const int PageBytes = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>For an array that nothing was written to yet; those under two pages are left alone.</summary>
    public static void Advise<T>(T[] array)
        where T : unmanaged
    {
        nint bytes = (nint)array.Length * Unsafe.SizeOf<T>();
        if (!OperatingSystem.IsLinux() || bytes < 2 * PageBytes)
            return;
        GCHandle pinned = GCHandle.Alloc(array, GCHandleType.Pinned);
        try
        {
            nint first = pinned.AddrOfPinnedObject();
            nint from = (first + PageBytes - 1) / PageBytes * PageBytes, to = (first + bytes) / PageBytes * PageBytes; // whole pages inside of the array
            if (to > from)
                _ = MAdvise(from, to - from, Advice);
        }
        finally
        {
            pinned.Free();
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MAdvise(nint address, nint length, int advice);
}
