namespace Runnel.Reports;

/// <summary>Files that are embedded in this assembly.</summary>
internal static class Assets
{
    public static string Text(string name)
    {
        using Stream stream = typeof(Assets).Assembly.GetManifestResourceStream($"Runnel.Reports.Assets.{name}")
            ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
