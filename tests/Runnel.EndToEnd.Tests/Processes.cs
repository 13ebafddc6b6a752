using System.Diagnostics;

namespace Runnel.EndToEnd.Tests;

internal static class Processes
{
    /// <summary>Whether a process runs; one that has ended and waits for its parent to notice does not.</summary>
    public static bool IsRunning(int processId)
    {
        string stat = $"/proc/{processId}/stat";
        if (OperatingSystem.IsLinux())
        {
            try
            {
                string text = File.ReadAllText(stat);
                return text[text.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }

        try
        {
            using Process process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
