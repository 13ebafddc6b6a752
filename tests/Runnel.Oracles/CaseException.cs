namespace Runnel.Oracles;

/// <summary>A case file that cannot be checked: it says something that this checker does not know.</summary>
public sealed class CaseException(string message) : Exception(message);
