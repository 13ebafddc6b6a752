namespace Runnel.MarketData;

/// <summary>A file of the store that is not what was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Month">What it should hold: a calendar month.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record DamagedFile(string Path, TimeRange Month, string Problem);
