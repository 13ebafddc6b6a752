namespace Runnel.Oracles;

/// <summary>What the check of one case found.</summary>
public sealed record CaseReport(bool Ok, string Line);
